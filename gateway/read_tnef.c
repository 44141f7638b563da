/* read_tnef.c - attributes and MAPI properties of a TNEF stream, each step checked. */
#include "gateway/read_tnef.h"

#include <string.h>

#include "common/limits.h"
#include "gateway/read_charset.h"

#define SIGNATURE 0x223e9f78u
#define FILES 500
#define PROPERTIES 5000
#define RTF_BYTES (4 * 1024 * 1024)

enum { /* MS-OXTNEF 2.1.3 */
       ATTACH_RENDER_DATA = 0x00069002,
       ATTACH_TITLE = 0x00018010,
       ATTACH_DATA = 0x0006800f,
       ATTACH_PROPERTIES = 0x00069005,
       MESSAGE_PROPERTIES = 0x00069003,
       MESSAGE_BODY = 0x0002800c,
       OEM_CODE_PAGE = 0x00069007,
};

enum { /* MS-OXPROPS */
       PROPERTY_BODY = 0x1000,
       PROPERTY_RTF = 0x1009,
       PROPERTY_HTML = 0x1013,
       PROPERTY_DATA = 0x3701,
       PROPERTY_FILE_NAME = 0x3704,
       PROPERTY_LONG_FILE_NAME = 0x3707,
       PROPERTY_MIME_TYPE = 0x370e,
       PROPERTY_DISPLAY_NAME = 0x3001,
};

enum { TYPE_STRING = 0x1e, TYPE_UNICODE = 0x1f, TYPE_BINARY = 0x102, TYPE_OBJECT = 0x0d };

typedef struct Cursor {
	const guint8 *p, *end;
} Cursor;

static bool take(Cursor *cursor, gsize size, const guint8 **bytes)
{
	if ((gsize)(cursor->end - cursor->p) < size)
		return false;
	*bytes = cursor->p;
	cursor->p += size;
	return true;
}

static bool take_number(Cursor *cursor, guint size, guint32 *number)
{
	const guint8 *bytes;

	if (!take(cursor, size, &bytes))
		return false;
	*number = 0;
	for (guint i = 0; i < size; i++)
		*number |= (guint32)bytes[i] << (8 * i);
	return true;
}

static void file_free(TnefFile *file)
{
	g_free(file->name);
	g_free(file->type);
	g_free(file);
}

void tnef_free(Tnef *tnef)
{
	if (tnef == NULL)
		return;
	g_ptr_array_unref(tnef->files);
	g_free(tnef->text);
	g_free(tnef->html);
	g_clear_pointer(&tnef->rtf, g_byte_array_unref);
	g_free(tnef);
}

typedef struct State {
	Tnef *tnef;
	TnefFile *file; /* the last, or NULL */
	char code_page[24];
} State;

static TnefFile *file_new(State *state)
{
	if (state->tnef->files->len >= FILES) {
		state->tnef->cut = true;
		return NULL;
	}
	TnefFile *file = g_new0(TnefFile, 1);

	file->name = g_strdup("");
	file->type = g_strdup("");
	g_ptr_array_add(state->tnef->files, file);
	state->file = file;
	return file;
}

static void set(char **place, char *value)
{
	g_free(*place);
	*place = value;
}

/* Text of a property: UTF-16, or bytes of the code page, to its NUL. Given. */
static char *property_text(const State *state, guint type, const guint8 *bytes, gsize length)
{
	const char *label = type == TYPE_UNICODE ? "utf-16le" : state->code_page;

	if (type != TYPE_UNICODE)
		length = strnlen((const char *)bytes, length);
	else
		for (gsize i = 0; i + 1 < length; i += 2)
			if (bytes[i] == 0 && bytes[i + 1] == 0)
				length = i;
	return charset_text((const char *)bytes, length, *label != '\0' ? label : NULL);
}

static void attachment_property(State *state, guint id, guint type, const guint8 *bytes,
				gsize length)
{
	static const guint8 message[16] = { 0x07, 0x03, 2, 0, 0, 0, 0, 0,
					    0xc0, 0,    0, 0, 0, 0, 0, 0x46 };
	TnefFile *file = state->file;
	bool text = type == TYPE_STRING || type == TYPE_UNICODE;

	if (file == NULL)
		return;
	if (id == PROPERTY_LONG_FILE_NAME && text)
		set(&file->name, property_text(state, type, bytes, length));
	else if ((id == PROPERTY_FILE_NAME || id == PROPERTY_DISPLAY_NAME) && text &&
		 *file->name == '\0')
		set(&file->name, property_text(state, type, bytes, length));
	else if (id == PROPERTY_MIME_TYPE && text)
		set(&file->type, property_text(state, type, bytes, length));
	else if (id == PROPERTY_DATA && type == TYPE_OBJECT && length > 16) {
		file->is_message = memcmp(bytes, message, 16) == 0;
		file->bytes = bytes + 16;
		file->length = length - 16;
	} else if (id == PROPERTY_DATA && type == TYPE_BINARY && file->bytes == NULL) {
		file->bytes = bytes;
		file->length = length;
	}
}

static void message_property(State *state, guint id, guint type, const guint8 *bytes, gsize length)
{
	Tnef *tnef = state->tnef;
	bool text = type == TYPE_STRING || type == TYPE_UNICODE;

	if (id == PROPERTY_BODY && text && tnef->text == NULL && length <= 2 * MAIL_TEXT_BYTES)
		tnef->text = property_text(state, type, bytes, length);
	else if (id == PROPERTY_HTML && (text || type == TYPE_BINARY) && tnef->html == NULL &&
		 length <= 2 * HTML_BYTES)
		tnef->html = property_text(state, type, bytes, length);
	else if (id == PROPERTY_RTF && type == TYPE_BINARY && tnef->rtf == NULL)
		tnef->rtf = rtf_decompress(bytes, length, RTF_BYTES);
}

/* The length of a value of fixed size, 0 for variable ones, -1 for what is not known. */
static int fixed_size(guint type)
{
	switch (type) {
	case 1:
		return 4; /* null */
	case 2:
	case 3:
	case 4:
	case 0x0a:
	case 0x0b:
		return 4;
	case 5:
	case 6:
	case 7:
	case 0x14:
	case 0x40:
		return 8;
	case 0x48:
		return 16;
	case TYPE_STRING:
	case TYPE_UNICODE:
	case TYPE_BINARY:
	case TYPE_OBJECT:
		return 0;
	default:
		return -1;
	}
}

/* A named property tells its name before its value: it is stepped over. */
static bool skip_name(Cursor *cursor)
{
	const guint8 *ignored;
	guint32 kind, length;

	if (!take(cursor, 16, &ignored) || !take_number(cursor, 4, &kind) ||
	    !take_number(cursor, 4, &length))
		return false;
	return kind == 0 || take(cursor, ((gsize)length + 3) & ~(gsize)3, &ignored);
}

typedef void (*PropertySink)(State *state, guint id, guint type, const guint8 *bytes, gsize length);

static bool read_property(State *state, Cursor *cursor, PropertySink sink)
{
	guint32 type, id, count = 1, length;
	const guint8 *bytes;
	int size;

	if (!take_number(cursor, 2, &type) || !take_number(cursor, 2, &id))
		return false;
	size = fixed_size(type & 0xfff);
	if (size < 0 || (id >= 0x8000 && !skip_name(cursor)))
		return false;
	if (((type & 0x1000) != 0 || size == 0) && !take_number(cursor, 4, &count))
		return false;
	for (guint32 i = 0; i < count; i++) {
		length = (guint32)size;
		if (size == 0 && !take_number(cursor, 4, &length))
			return false;
		if ((gsize)(cursor->end - cursor->p) < length)
			return false;
		bytes = cursor->p;
		cursor->p += MIN(((gsize)length + 3) & ~(gsize)3, (gsize)(cursor->end - cursor->p));
		if (i == 0 && size == 0)
			sink(state, id, type & 0xfff, bytes, length);
	}
	return true;
}

static void read_properties(State *state, const guint8 *bytes, gsize length, PropertySink sink)
{
	Cursor cursor = { bytes, bytes + length };
	guint32 count;

	if (!take_number(&cursor, 4, &count))
		return;
	for (guint32 i = 0; i < MIN(count, PROPERTIES); i++)
		if (!read_property(state, &cursor, sink))
			return;
}

static void read_attribute(State *state, guint32 id, const guint8 *bytes, gsize length)
{
	TnefFile *file = state->file;

	switch (id) {
	case ATTACH_RENDER_DATA:
		file_new(state);
		break;
	case ATTACH_TITLE:
		file = file != NULL ? file : file_new(state);
		if (file != NULL && *file->name == '\0')
			set(&file->name, property_text(state, TYPE_STRING, bytes, length));
		break;
	case ATTACH_DATA:
		file = file != NULL ? file : file_new(state);
		if (file != NULL && file->bytes == NULL) {
			file->bytes = bytes;
			file->length = length;
		}
		break;
	case ATTACH_PROPERTIES:
		read_properties(state, bytes, length, attachment_property);
		break;
	case MESSAGE_PROPERTIES:
		read_properties(state, bytes, length, message_property);
		break;
	case MESSAGE_BODY:
		if (state->tnef->text == NULL && length <= 2 * MAIL_TEXT_BYTES)
			state->tnef->text = property_text(state, TYPE_STRING, bytes, length);
		break;
	case OEM_CODE_PAGE:
		if (length >= 4) {
			guint32 page = bytes[0] | (guint32)bytes[1] << 8 | (guint32)bytes[2] << 16;

			g_snprintf(state->code_page, sizeof state->code_page, "cp%u",
				   page % 100000);
		}
		break;
	default:
		break;
	}
}

Tnef *tnef_read(const guint8 *bytes, gsize length)
{
	Cursor cursor = { bytes, bytes };
	State state = { 0 };
	guint32 number, id, size;

	if (length == 0)
		return NULL;
	cursor.end += length;
	if (!take_number(&cursor, 4, &number) || number != SIGNATURE ||
	    !take_number(&cursor, 2, &number))
		return NULL;
	state.tnef = g_new0(Tnef, 1);
	state.tnef->files = g_ptr_array_new_with_free_func((GDestroyNotify)file_free);
	while (take_number(&cursor, 1, &number) && take_number(&cursor, 4, &id) &&
	       take_number(&cursor, 4, &size)) {
		const guint8 *data = cursor.p;
		gsize have = (gsize)(cursor.end - cursor.p);

		read_attribute(&state, id, data, MIN(size, have));
		if (size > have || have - size < 2)
			break;
		cursor.p += (gsize)size + 2;
	}
	return state.tnef;
}
