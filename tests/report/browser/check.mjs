// check.mjs: opens reports in headless Chromium, offline, and looks at them as readers do.
//
//   node check.mjs FOLDER MODULES CHROMIUM
//
// FOLDER holds NAME.html and gets NAME-light.png, NAME-dark.png, NAME-narrow.png, NAME.pdf; MODULES
// is where playwright-core and axe-core are installed. Prints FAILED lines and "N passed, N failed".
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, modules, chromium_path] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');
const axe_source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const SLACK = 1.5; // pixels: fonts round

let passed = 0, failed = 0;
function check(what, ok, detail = '') {
  ok ? passed++ : failed++;
  if (!ok) console.log(`FAILED ${what}: ${String(detail).slice(0, 1500)}`);
}

// In the page: texts that leave their picture, or the shape of their group, or lie on another text.
function badTexts(slack) {
  const found = [];
  const inside = (a, b) => a.left >= b.left - slack && a.right <= b.right + slack &&
                           a.top >= b.top - slack && a.bottom <= b.bottom + slack;
  const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
                            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2 * slack;
  let seen = 0;
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => ({ t, box: t.getBoundingClientRect() }));
    seen += texts.length;
    for (const { t, box } of texts) {
      const name = `${svg.querySelector('title').textContent.slice(0, 40)} / ${t.textContent}`;
      if (!inside(box, frame)) found.push(`outside its picture: ${name}`);
      const shape = t.closest('g')?.querySelector('rect.wg-node,ellipse.wg-node');
      if (shape && !inside(box, shape.getBoundingClientRect())) found.push(`outside its box: ${name}`);
    }
    for (let i = 0; i < texts.length; i++)
      for (let k = 0; k < i; k++)
        if (overlap(texts[i].box, texts[k].box))
          found.push(`on another: ${texts[i].t.textContent} / ${texts[k].t.textContent}`);
  }
  return { found, seen };
}

// Every picture has a name and a description, and a table stands in its section.
function picturesWithoutTwin() {
  return [...document.querySelectorAll('svg')].filter(svg => {
    const ids = (svg.getAttribute('aria-labelledby') || '').split(' ');
    const named = ids.length === 2 && ids.every(id => document.getElementById(id)?.textContent.length > 3);
    return svg.getAttribute('role') !== 'img' || !named || !svg.closest('section')?.querySelector('table');
  }).map(svg => svg.outerHTML.slice(0, 200));
}

async function axe(page) {
  await page.evaluate(axe_source);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')}`);
}

async function open(browser, file, options) {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const seen = { requests: [], messages: [] };
  page.on('request', request => seen.requests.push(request.url()));
  page.on('console', message => seen.messages.push(message.text()));
  page.on('pageerror', error => seen.messages.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  return { context, page, seen };
}

async function checkScheme(browser, name, file, colorScheme) {
  // axe is put into the page from outside, which the page's own policy would refuse: bypassCSP is
  // for that second visit only.
  const { context, page, seen } = await open(browser, file,
    { colorScheme, viewport: { width: 1200, height: 900 } });
  check(`${name} ${colorScheme}: one request`, seen.requests.length === 1, seen.requests);
  check(`${name} ${colorScheme}: silent console`, seen.messages.length === 0, seen.messages);
  const texts = await page.evaluate(badTexts, SLACK);
  check(`${name} ${colorScheme}: ${texts.seen} texts fit`, texts.found.length === 0 && texts.seen > 3,
    texts.found.join('\n'));
  await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  await context.close();
  const second = await open(browser, file,
    { colorScheme, bypassCSP: true, viewport: { width: 1200, height: 900 } });
  await second.page.evaluate(() => document.querySelectorAll('details').forEach(d => { d.open = true; }));
  const violations = await axe(second.page);
  check(`${name} ${colorScheme}: axe`, violations.length === 0, violations.join('\n'));
  await second.context.close();
}

async function checkStructure(browser, name, file) {
  const { context, page } = await open(browser, file, { viewport: { width: 1200, height: 900 } });
  const scripts = await page.evaluate(() => [...document.querySelectorAll('*')].filter(e =>
    e.localName === 'script' || [...e.attributes].some(a => a.name.startsWith('on') ||
      (['href', 'src'].includes(a.name) && /^\s*javascript:/i.test(a.value)))).length);
  check(`${name}: nothing that runs`, scripts === 0, scripts);
  const csp = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  check(`${name}: strict policy`, csp.startsWith("default-src 'none'") && !csp.includes('script-src'), csp);
  const reordering = await page.evaluate(() =>
    /[\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(document.documentElement.textContent));
  check(`${name}: nothing that reorders text`, !reordering);
  const lone = await page.evaluate(picturesWithoutTwin);
  check(`${name}: pictures are named and have a table`, lone.length === 0, lone.join('\n'));
  const ids = await page.evaluate(() => {
    const all = [...document.querySelectorAll('[id]')].map(e => e.id);
    const dead = [...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1))
      .filter(id => !document.getElementById(id));
    return { twice: all.filter((id, i) => all.indexOf(id) !== i), dead };
  });
  check(`${name}: ids once, links alive`, ids.twice.length + ids.dead.length === 0, JSON.stringify(ids));
  await context.close();
}

async function checkKeyboard(browser, name, file) {
  const { context, page } = await open(browser, file, { viewport: { width: 1200, height: 900 } });
  await page.keyboard.press('Tab');
  check(`${name}: the first stop skips to the sections`,
    await page.evaluate(() => document.activeElement.className) === 'skip');
  await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  check(`${name}: focus is seen`, outline !== 'none', outline);
  await page.locator('summary').first().focus();
  await page.keyboard.press('Enter');
  check(`${name}: details open by key`, await page.evaluate(() => document.querySelector('details').open));
  await context.close();
}

// 320 pixels are what WCAG 1.4.10 asks for; 640 at twice the density is 200 % zoom of 1280.
async function checkReflow(browser, name, file) {
  for (const [width, scale] of [[320, 1], [640, 2]]) {
    const { context, page } = await open(browser, file,
      { viewport: { width, height: 800 }, deviceScaleFactor: scale });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${name}: no sideways scroll at ${width}`, wide <= 0, wide);
    if (width === 320)
      await page.screenshot({ path: join(folder, `${name}-narrow.png`) });
    await context.close();
  }
}

async function checkPrint(browser, name, file) {
  const { context, page } = await open(browser, file, { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  const hidden = await page.evaluate(() => [...document.querySelectorAll('details > :not(summary)')]
    .filter(e => !e.checkVisibility({ contentVisibilityAuto: true }) || e.getBoundingClientRect().height === 0)
    .length);
  check(`${name}: everything is open on paper`, hidden === 0, hidden);
  const colours = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
  });
  check(`${name}: dark on light on paper`, colours[0] === 'rgb(26, 26, 26)' && colours[1] === 'rgb(255, 255, 255)',
    colours);
  await page.pdf({ path: join(folder, `${name}.pdf`), format: 'A4', printBackground: false });
  await context.close();
}

const browser = await chromium.launch({ executablePath: chromium_path, args: ['--no-sandbox'] });
for (const entry of readdirSync(folder).filter(entry => entry.endsWith('.html')).sort()) {
  const name = entry.slice(0, -5), file = join(folder, entry);
  for (const scheme of ['light', 'dark'])
    await checkScheme(browser, name, file, scheme);
  await checkStructure(browser, name, file);
  await checkKeyboard(browser, name, file);
  await checkReflow(browser, name, file);
  await checkPrint(browser, name, file);
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
