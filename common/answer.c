/* answer.c - answers and problems, made and freed. */
#include "common/answer.h"

#include <string.h>

Answer *answer_new(const char *field, const char *value, const char *read)
{
	Answer *answer = g_new0(Answer, 1);

	*answer = (Answer){ g_strdup(field), g_strdup(value), g_strdup(read != NULL ? read : "") };
	return answer;
}

void answer_free(Answer *answer)
{
	if (answer == NULL)
		return;
	g_free(answer->field);
	g_free(answer->value);
	g_free(answer->read);
	g_free(answer);
}

Problem *problem_new(const char *field, const char *code, const char *read)
{
	Problem *problem = g_new0(Problem, 1);

	*problem = (Problem){ g_strdup(field), g_strdup(code), g_strdup(read != NULL ? read : "") };
	return problem;
}

void problem_free(Problem *problem)
{
	if (problem == NULL)
		return;
	g_free(problem->field);
	g_free(problem->code);
	g_free(problem->read);
	g_free(problem);
}

const char *answers_get(const GPtrArray *answers, const char *field)
{
	for (guint i = 0; answers != NULL && i < answers->len; i++) {
		const Answer *answer = g_ptr_array_index(answers, i);

		if (strcmp(answer->field, field) == 0)
			return answer->value;
	}
	return NULL;
}
