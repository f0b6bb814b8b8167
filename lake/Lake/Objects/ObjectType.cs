using System.Text;
using System.Text.Unicode;

namespace Lake.Objects;

/// <summary>Tells media types from first bytes, and where those leave it open from the ending of a name. Pure.</summary>
public static class ObjectType
{
    /// <summary>Bytes that are looked at at most.</summary>
    public const int HeadBytes = 512;

    private const string Any = "application/octet-stream", Zip = "application/zip", Text = "text/plain", Xml = "application/xml";

    private static readonly (int At, byte[] Bytes, string Type)[] Magic =
    [
        (0, "%PDF-"u8.ToArray(), "application/pdf"), (0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "image/png"), (0, [0xff, 0xd8, 0xff], "image/jpeg"),
        (0, "GIF87a"u8.ToArray(), "image/gif"), (0, "GIF89a"u8.ToArray(), "image/gif"), (8, "WEBP"u8.ToArray(), "image/webp"), (8, "WAVE"u8.ToArray(), "audio/wav"), (8, "AVI "u8.ToArray(), "video/x-msvideo"),
        (0, "BM"u8.ToArray(), "image/bmp"), (0, [0x49, 0x49, 0x2a, 0x00], "image/tiff"), (0, [0x4d, 0x4d, 0x00, 0x2a], "image/tiff"), (4, "ftypavif"u8.ToArray(), "image/avif"),
        (4, "ftypheic"u8.ToArray(), "image/heic"), (4, "ftypqt"u8.ToArray(), "video/quicktime"), (4, "ftyp"u8.ToArray(), "video/mp4"), (0, [0x1a, 0x45, 0xdf, 0xa3], "video/webm"),
        (0, "OggS"u8.ToArray(), "audio/ogg"), (0, "fLaC"u8.ToArray(), "audio/flac"), (0, "ID3"u8.ToArray(), "audio/mpeg"), (0, [0x50, 0x4b, 0x03, 0x04], Zip), (0, [0x1f, 0x8b], "application/gzip"),
        (0, [0x28, 0xb5, 0x2f, 0xfd], "application/zstd"), (0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "application/x-7z-compressed"), (0, "PAR1"u8.ToArray(), "application/vnd.apache.parquet"),
        (0, [0x4f, 0x62, 0x6a, 0x01], "application/vnd.apache.avro"), (0, "SQLite format 3\0"u8.ToArray(), "application/vnd.sqlite3"), (257, "ustar"u8.ToArray(), "application/x-tar"),
    ];

    // The ending tells only between what the bytes allow.
    private static readonly Dictionary<string, (string Type, string Within)> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".docx"] = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Zip), [".xlsx"] = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Zip),
        [".pptx"] = ("application/vnd.openxmlformats-officedocument.presentationml.presentation", Zip), [".epub"] = ("application/epub+zip", Zip), [".jar"] = ("application/java-archive", Zip),
        [".csv"] = ("text/csv", Text), [".tsv"] = ("text/tab-separated-values", Text), [".md"] = ("text/markdown", Text), [".json"] = ("application/json", Text), [".jsonl"] = ("application/jsonl", Text),
        [".html"] = ("text/html", Text), [".htm"] = ("text/html", Text), [".xml"] = (Xml, Text), [".yaml"] = ("application/yaml", Text), [".yml"] = ("application/yaml", Text), [".css"] = ("text/css", Text),
        [".js"] = ("text/javascript", Text), [".sql"] = ("application/sql", Text), [".eml"] = ("message/rfc822", Text), [".svg"] = ("image/svg+xml", Text),
        [".mp3"] = ("audio/mpeg", Any), [".onnx"] = ("application/onnx", Any), [".wasm"] = ("application/wasm", Any), [".npy"] = ("application/x-npy", Any),
    };

    /// <param name="head">First bytes of the content.</param>
    /// <param name="name">Name of its file; null for none.</param>
    public static string Of(ReadOnlySpan<byte> head, string? name)
    {
        if (head.Length > HeadBytes) head = head[..HeadBytes];
        var sniffed = Sniff(head);
        var ending = name is null ? "" : Path.GetExtension(name);
        if (ByEnding.TryGetValue(ending, out var named) && (named.Within == sniffed || (sniffed == Xml && named.Within == Text))) return named.Type;
        return sniffed;
    }

    private static string Sniff(ReadOnlySpan<byte> head)
    {
        foreach (var (at, bytes, type) in Magic)
        {
            if (head.Length >= at + bytes.Length && head.Slice(at, bytes.Length).SequenceEqual(bytes)) return type;
        }
        if (head.IsEmpty || !IsText(head)) return Any;
        var text = Encoding.UTF8.GetString(head).AsSpan().TrimStart("\uFEFF \t\r\n");
        if (text.StartsWith("<?xml", StringComparison.Ordinal)) return text.Contains("<svg", StringComparison.Ordinal) ? "image/svg+xml" : Xml;
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)) return "text/html";
        return text.StartsWith("<svg", StringComparison.Ordinal) ? "image/svg+xml" : Text;
    }

    // UTF-8 without control characters; the last character may be cut.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        for (var cut = 0; cut < Math.Min(4, head.Length); cut++)
        {
            if (Utf8.IsValid(head[..^cut])) return !head.ContainsAny("\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u000e\u000f"u8);
        }
        return false;
    }
}
