using Lake.Import.Csv;
using Lake.Import.Json;
using Lake.Storage;

namespace Lake.Import.Sources;

/// <summary>Opens input files by their format. Stateless.</summary>
internal static class RowReaders
{
    /// <exception cref="ImportException">The file's columns do not fit the table, or it is damaged.</exception>
    public static async Task<IRowReader> OpenAsync(ITableStorage storage, InputFile file, ReadTarget target, CancellationToken cancellation) => file.Format switch
    {
        ImportFormat.Csv => await CsvRowReader.OpenAsync(storage, file, target, cancellation),
        ImportFormat.JsonLines => await JsonRowReader.OpenAsync(storage, file, target, cancellation),
        _ => await ParquetRowReader.OpenAsync(storage, file, target, cancellation),
    };
}
