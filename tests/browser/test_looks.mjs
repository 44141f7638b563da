// test_looks.mjs - every page, in every language: axe, widths, schemes.
import { accessible, caseOf, close, fits, goto, languages, person, shot, test } from "./desk.mjs";

const numbers = { nl: "1001", fr: "1002", de: "1003", en: "1004" };

function pages(language) {
  const number = numbers[language];
  const answered = caseOf(number, { state: "answered" });
  const incomplete = caseOf(number, { state: "incomplete" });
  return {
    mine: "/mine", open: `/case/${caseOf(number, { state: "open" })}`,
    answered: `/case/${answered}`, incomplete: `/case/${incomplete}`,
    new: "/new", form: "/new/absence-parental", form2: "/new/pay-tax-statement",
    complete: `/case/${incomplete}/complete`, withdraw: `/case/${incomplete}/withdraw`,
    receipt: `/case/${answered}/receipt`, content: "/content", me: "/me", help: "/help",
    manual: "/help/employee", manual2: "/help/dossier-manager", elsewhere: "/elsewhere",
    missing: "/nowhere",
  };
}

for (const language of languages)
  test(`axe on every page in ${language}`, async () => {
    const page = await person(language, { javaScriptEnabled: true });
    for (const [name, path] of Object.entries(pages(language))) {
      await goto(page, path);
      await accessible(page, `${name} in ${language}`);
      await shot(page, `${name}-${language}-1280`);
    }
    await goto(page, "/new/absence-parental");
    await page.fill("[name=f-start]", "30/2/2027");
    await page.click("form[enctype] button");
    await accessible(page, `mistakes in ${language}`);
    await shot(page, `mistakes-${language}-1280`);
    await close(page);
  });

// axe looks at the dark colours of those pages that have colours of their own.
for (const colorScheme of ["light", "dark"])
  test(`no page is wider than a phone of 320 px, ${colorScheme}`, async () => {
    const page = await person("de", { javaScriptEnabled: true, viewport: { width: 320, height: 640 },
      colorScheme });
    for (const [name, path] of Object.entries(pages("de"))) {
      await goto(page, path);
      await fits(page, name);
      if (["answered", "incomplete", "complete", "manual2"].includes(name))
        await accessible(page, `${name} ${colorScheme}`);
      await shot(page, `${name}-${colorScheme}-320`);
    }
    await close(page);
  });
