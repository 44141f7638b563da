// desk.mjs - a browser at the desk's pages: persons, checks that hold on every page, TAP.
import fs from "node:fs";
import { chromium } from "playwright-core";

export const world = JSON.parse(process.env.WORLD);
export const languages = ["nl", "fr", "de", "en"];
const axeSource = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tests = [];
let browser;

export function test(name, run) {
  tests.push({ name, run });
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

export function equal(got, wanted, what) {
  check(JSON.stringify(got) === JSON.stringify(wanted),
    `${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
}

// A page of somebody who pressed the button behind the link; options are Playwright's.
export async function person(name, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  page.alarms = [];
  page.on("dialog", dialog => { page.alarms.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", request => {
    if (!request.url().startsWith(world.base) && !request.url().startsWith(page.elsewhere ?? world.base))
      page.alarms.push(`request: ${request.url()}`);
  });
  page.on("console", message => {
    if (/Content Security Policy|Refused/.test(message.text())) page.alarms.push(message.text());
  });
  page.setDefaultTimeout(20000);
  if (name) {
    await page.goto(world.base + world.links[name]);
    await page.click("main button");
    if (world.codes[name]) {
      await page.fill("[name=code]", world.codes[name]);
      await page.click("main button");
    }
    check(/\/(case|mine|team)/.test(page.url()), `${name} came to ${page.url()}`);
  }
  return page;
}

export function goto(page, path) {
  return page.goto(world.base + path);
}

// The number of a case of somebody, by form or state.
export function caseOf(number, wanted) {
  const found = world.cases.find(c => c.requester.number === number
    && Object.entries(wanted).every(([key, value]) => c[key] === value));
  check(found, `${number} has no case with ${JSON.stringify(wanted)}`);
  return found.number;
}

// axe without a violation. Only for a page with scripts: axe itself is one.
export async function accessible(page, where) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(async () => {
    const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
      "wcag22aa", "best-practice"] });
    return { passes: found.passes.length, violations: found.violations.map(v => `${v.id}: `
      + v.nodes.map(n => `${n.html.slice(0, 200)} ${n.failureSummary}`).join(" | ")) };
  });
  check(result.passes > 8, `axe looked at too little of ${where}: ${result.passes}`);
  equal(result.violations, [], `axe on ${where}`);
}

// Nothing of a page may be wider than the window.
export async function fits(page, where) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth, wide = [];
    if (document.documentElement.scrollWidth > room)
      for (const e of document.querySelectorAll("body *"))
        if (e.getBoundingClientRect().right > room + 1) wide.push(e.outerHTML.slice(0, 120));
    return [document.documentElement.scrollWidth > room, wide.slice(0, 3)];
  });
  equal(wide, [false, []], `what is too wide on ${where}`);
}

// A picture, when pictures are wanted.
export async function shot(page, name) {
  if (!world.shots) return;
  fs.mkdirSync(world.shots, { recursive: true });
  await page.screenshot({ path: `${world.shots}/${name}.png`, fullPage: true });
}

export async function close(page) {
  equal(page.alarms, [], "dialogs, requests elsewhere, or what the policy had to stop");
  await page.context().close();
}

async function runOne({ name, run }) {
  const began = Date.now();
  try {
    await Promise.race([run(), new Promise((_, late) =>
      setTimeout(late, 90000, new Error("90 s were not enough")).unref())]);
    return { said: [], seconds: Date.now() - began, name };
  } catch (error) {
    return { said: String(error.stack).split("\n").slice(0, 12), seconds: Date.now() - began, name,
      failed: true };
  }
}

// Two at a time; told in their order.
export async function main() {
  const wanted = tests.filter(t => world.names.length === 0 || world.names.some(n => t.name.includes(n)));
  const results = [];
  let next = 0, told = 0, failed = 0;
  console.log(`1..${wanted.length}`);
  browser = await chromium.launch({ executablePath: world.chromium,
    args: world.root ? ["--no-sandbox"] : [], env: { ...process.env, HOME: world.folder } });
  const worker = async () => {
    while (next < wanted.length) {
      const at = next++;
      results[at] = await runOne(wanted[at]);
      for (; results[told]; told++) {
        const { name, said, seconds, failed: bad } = results[told];
        console.log(`${bad ? "not ok" : "ok"} ${told + 1} - ${name}`);
        for (const line of said) console.error(`# ${line}`);
        console.error(`# ${name}: ${(seconds / 1000).toFixed(1)} s`);
        failed += bad ? 1 : 0;
      }
    }
  };
  await Promise.all([worker(), worker()]);
  await browser.close();
  return failed || wanted.length === 0 ? 1 : 0;
}
