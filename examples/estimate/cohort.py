"""A made-up cohort whose truth is known: the drug lowers pressure by 5, and the old and the
severely ill get it more often and have higher pressure anyway. A symptom follows from pressure.

    python3 cohort.py > cohort.csv
"""
import random

WORSE = {"mild": 0, "moderate": 6, "severe": 12}

draw = random.Random(11)
print("patient,age,severity,drug,pressure,symptom")
for patient in range(1, 401):
    age, severity = draw.randint(40, 79), draw.choice(sorted(WORSE))
    drug = int(draw.random() < 0.2 + (age - 40) / 100 + WORSE[severity] / 60)
    pressure = 120 + 0.5 * (age - 40) + WORSE[severity] - 5 * drug + draw.gauss(0, 4)
    symptom = int(pressure + draw.gauss(0, 4) > 135)
    print(f"made-up-{patient},{age},{severity},{drug},{pressure:.1f},{symptom}")
