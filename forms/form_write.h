/* form_write.h - empty templates: as a mail body, a mailto: URL, a draft. */
#pragma once

#include "forms/form.h"

#define MAILTO_BYTES 2000 /* longer ones are cut off by real mail programs */

typedef struct TemplateFor { /* what the desk knows of the writer; strings may be NULL */
	const char *to;      /* where the filled-in template goes, already with its sub-address */
	const char *name, *number, *organisation;
	const GPtrArray *answers; /* Answer to fill in beforehand, or NULL */
	bool asks_manager;        /* nobody knows who approves what this writer asks */
} TemplateFor;

/* "[absence-parental] Ouderschapsverlof"; given. */
char *form_template_subject(const Form *form, Language language);
/* What stands behind "Aanvrager" in this writer's template: "Jan Peeters (12345678), FOD
 * Financiën"; NULL when nothing is known.  Given. */
char *form_template_requester(const TemplateFor *writer);
/* The body: lines end in "\n"; given. */
char *form_template_text(const Form *form, const Texts *texts, Language language,
			 const TemplateFor *writer);
/* RFC 6068.  When the whole would pass MAILTO_BYTES, subject alone to the form's
 * own address, which answers with the template.  Given. */
char *form_template_mailto(const Form *form, const Texts *texts, Language language,
			   const TemplateFor *writer);
/* A draft that a mail program opens for sending: RFC 5322 text with X-Unsent: 1,
 * CRLF, UTF-8 quoted-printable.  now: seconds.  Given. */
char *form_template_eml(const Form *form, const Texts *texts, Language language,
			const TemplateFor *writer, gint64 now);

/* The explanation of a form that is asked elsewhere; url and telephone may be NULL, and then what
 * would stand there is left out.  NULL when it has none.  Given. */
char *form_explanation(const Form *form, Language language, const char *name, const char *url,
		       const char *telephone);
