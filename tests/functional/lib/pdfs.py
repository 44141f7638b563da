"""PDFs as people and their programs make them, and as somebody makes them who means harm."""
import hashlib
import zlib

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def written(objects, trailer=b""):
    """A PDF of these objects (the first is the catalogue), with its table."""
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\n"
                  b"startxref\n%d\n%%%%EOF\n"
                  % (len(objects) + 1, table, len(objects) + 1, trailer, len(out)))


def stream(data, flate=False, more=b""):
    if flate:
        data, more = zlib.compress(data), more + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def shown(lines):
    """The content of a page: lines of text from the top, in WinAnsi."""
    def escaped(line):
        data = line.encode("cp1252")
        return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 11 Tf 14 TL 60 780 Td " + b"".join(
        b"(%s) Tj T* " % escaped(line) for line in lines) + b"ET"


def pages(contents, trailer=b"", extra=()):
    """A PDF with a page for each content stream (as an object)."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(contents)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)), FONT]
    for i, content in enumerate(contents):
        objects += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources"
                    b"<</Font<</F1 3 0 R>>>>>>" % (5 + 2 * i), content]
    return written(objects + list(extra), trailer)


def text(*lines, flate=True):
    return pages([stream(shown(lines), flate)])


def scanned():
    """A page that is a picture: no text."""
    picture = stream(bytes(64), more=b"/Type/XObject/Subtype/Image/Width 8/Height 8"
                                     b"/ColorSpace/DeviceGray/BitsPerComponent 8")
    return written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
                    b"<</XObject<</I 5 0 R>>>>>>", stream(b"q 500 0 0 700 0 0 cm /I Do Q"), picture])


def encrypted(*lines):
    """With a password that nobody knows (RC4, 40 bits): its text cannot be read."""
    secret = hashlib.md5(b"nobody knows").digest()
    keys = b"/Encrypt %%d 0 R/ID[<%s><%s>]" % (secret.hex().encode(), secret.hex().encode())
    return pages([stream(shown(lines))], keys % 6, [
        b"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>"
        % ((secret * 2).hex().encode(), (secret[::-1] * 2).hex().encode())])


def bomb(megabytes=300):
    """A content stream that unpacks to so much."""
    packer = zlib.compressobj(9)
    piece = b"(a) Tj " * 149797
    data = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    return pages([b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(data), data)])


def endless():
    """A form that shows itself many times over: 2 to the power of 40 texts."""
    forms = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources"
             b"<</XObject<</X 6 0 R>>>>>>", stream(b"/X Do"), FONT]
    for i in range(40):
        forms.append(stream(b"/X Do /X Do", more=b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources"
                            b"<</XObject<</X %d 0 R>>>>" % (7 + i)))
    forms.append(stream(b"BT /F1 9 Tf (a) Tj ET", more=b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
                        b"/Resources<</Font<</F1 5 0 R>>>>"))
    return written(forms)


def deep(depth=200000):
    """Arrays in arrays."""
    return written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots " + b"[" * depth
                    + b"]" * depth + b">>"])


def many_pages(count=2000000000):
    return written([b"<</Type/Catalog/Pages 2 0 R>>",
                    b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count %d>>" % count])
