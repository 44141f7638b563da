/* answer.h - what somebody answered on a form, and what is wrong with it, as plain data. */
#pragma once

#include <glib.h>

typedef struct Answer {
	char *field; /* id */
	char *value; /* plain: "2027-02-01", "1234.56", "half", "yes" */
	char *read;  /* as it was typed */
} Answer;

typedef struct Problem {
	char *field; /* a field's id, a document's kind, or "" */
	char *code;  /* "missing", "missing-document", "impossible-date", "before-start", ... */
	char *read;  /* what was read, "" when nothing was */
} Problem;

/* Copies of their parts; read may be NULL. */
Answer *answer_new(const char *field, const char *value, const char *read);
void answer_free(Answer *answer);
Problem *problem_new(const char *field, const char *code, const char *read);
void problem_free(Problem *problem);
const char *answers_get(const GPtrArray *answers, const char *field); /* the value, or NULL */
