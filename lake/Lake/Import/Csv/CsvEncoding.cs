using System.Text;

namespace Lake.Import.Csv;

/// <summary>Encodings by name, those of code pages among them. Stateless.</summary>
internal static class CsvEncoding
{
    /// <exception cref="ImportException">There is none of that name.</exception>
    public static Encoding Of(string name)
    {
        if (CodePagesEncodingProvider.Instance.GetEncoding(name) is { } page) return page;
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException e)
        {
            throw new ImportException($"encoding is '{name}'; it must be the name of one, like utf-8, gb18030 or iso-8859-1", e);
        }
    }
}
