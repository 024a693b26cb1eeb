/* style.c: colours and lines of all pictures.
 *
 * Blue, orange and green of Okabe and Ito (2008), darkened to a contrast of 4.5 to 1 where text
 * has them. No meaning rests on colour alone: kinds differ by shape, dash or weight as well.
 * wp: charts. wg: graphs; roles of nodes, signs of edges. wt: lanes of a timeline. */
#include "draw/plot.h"

static const char LIGHT[] =
    ".wp-paper{fill:#fff}.wp-text{fill:#222;font:13px system-ui,sans-serif}\n"
    ".wp-small{font-size:11px}.wp-dim{fill:#595959}.wp-bold{font-weight:600}\n"
    ".wp-line{stroke:#222;stroke-width:1.4;fill:none}.wp-grid{stroke:#ccc;stroke-width:1}\n"
    ".wp-null{stroke:#595959;stroke-width:1.2;stroke-dasharray:4 3}\n"
    ".wp-one{stroke:#0072b2;fill:#0072b2}.wp-two{stroke:#b34700;fill:#b34700}\n"
    ".wp-hollow{fill:#fff;stroke-width:1.8}.wp-curve{fill:none;stroke-width:2}\n"
    ".wp-band{stroke:none;opacity:.15}.wp-dash{stroke-dasharray:7 4}\n"
    ".wg-node{fill:#f4f6f8;stroke:#222;stroke-width:1.3}.wg-end{stroke-width:3}\n"
    ".wg-treatment{fill:#d6e6f7;stroke-width:3.5}.wg-outcome{fill:#fde9c9}\n"
    ".wg-adjusted{fill:#d0d0d0}.wg-latent{fill:#fff;stroke-dasharray:5 4}\n"
    ".wg-selected{fill:#fff;stroke-width:2.5}.wg-ring{fill:none}\n"
    ".wg-edge{fill:none;stroke:#595959;stroke-width:1.6}\n"
    ".wg-plus{stroke:#00795a}.wg-minus{stroke:#b34700}.wg-unknown{stroke-dasharray:5 4}\n"
    ".wg-open{stroke:#b3261e;stroke-width:4}.wg-both{stroke-dasharray:7 4}\n"
    ".wg-weak{stroke-dasharray:1.5 4;stroke-linecap:round;stroke-width:2}\n"
    ".wg-head{fill:#595959;stroke:none}.wg-head-plus{fill:#00795a}.wg-head-open{fill:#b3261e}\n"
    ".wg-bar{fill:none;stroke:#b34700;stroke-width:3}\n"
    ".wg-vee{fill:none;stroke:#595959;stroke-width:1.6}\n"
    ".wt-model{fill:#0072b2}.wt-tool{fill:#00795a}.wt-policy{fill:#8a5a00}\n"
    ".wt-network{fill:#8a3d7a}.wt-person{fill:#b34700}.wt-program{fill:#595959}\n";

static const char DARK[] =
    "@media screen and (prefers-color-scheme:dark){\n"
    ".wp-paper{fill:#16181c}.wp-text{fill:#e8e8e8}.wp-dim{fill:#a8adb5}\n"
    ".wp-line{stroke:#e8e8e8}.wp-grid{stroke:#3a3f47}.wp-null{stroke:#a8adb5}\n"
    ".wp-one{stroke:#6cb8ee;fill:#6cb8ee}.wp-two{stroke:#ff9a5c;fill:#ff9a5c}\n"
    ".wp-hollow{fill:#16181c}.wp-curve{fill:none}\n"
    ".wg-node{fill:#24282f;stroke:#e8e8e8}.wg-treatment{fill:#1d3a57}.wg-outcome{fill:#574012}\n"
    ".wg-adjusted{fill:#4b4f57}.wg-latent,.wg-selected{fill:#16181c}.wg-ring{fill:none}\n"
    ".wg-edge,.wg-vee{stroke:#a8adb5}.wg-head{fill:#a8adb5}\n"
    ".wg-plus{stroke:#4fd0a5}.wg-head-plus{fill:#4fd0a5}.wg-minus,.wg-bar{stroke:#ff9a5c}\n"
    ".wg-open{stroke:#ff8a80}.wg-head-open{fill:#ff8a80}\n"
    ".wt-model{fill:#6cb8ee}.wt-tool{fill:#4fd0a5}.wt-policy{fill:#e3b04b}\n"
    ".wt-network{fill:#d490c6}.wt-person{fill:#ff9a5c}.wt-program{fill:#a8adb5}\n"
    "}\n";

void wrt_plot_style(wrt_buf *out) {
    wrt_buf_add_c(out, LIGHT);
    wrt_buf_add_c(out, DARK);
}
