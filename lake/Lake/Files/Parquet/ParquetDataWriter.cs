using Apache.Arrow;
using Lake.Columns;
using Lake.Files.Parquet.Checks;
using Lake.Manifests;
using Lake.Storage;
using Lake.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace Lake.Files.Parquet;

/// <summary>Writes record batches into one Parquet file of a table. Used by one thread; <see cref="FinishAsync"/> or <see cref="Dispose"/> ends it.</summary>
public sealed class ParquetDataWriter : IDisposable
{
    private readonly ITableStorage _storage;
    private readonly LocalFile _file;
    private readonly TableSchema _schema;
    private readonly IReadOnlyList<NestedField> _columns;
    private readonly IReadOnlyDictionary<int, MetricsMode> _modes;
    private readonly ParquetOptions _options;
    private readonly NaNCounts _nans;
    private FileWriter? _writer;
    private RowGroupWriter? _groups;
    private bool _finished;

    private ParquetDataWriter(ITableStorage storage, LocalFile file, TableSchema schema, ParquetOptions options, IReadOnlyDictionary<int, MetricsMode> modes)
    {
        (_storage, _file, _schema, _options, _modes) = (storage, file, schema, options, modes);
        (_columns, _nans) = (FileNames.Of(schema.Fields), new NaNCounts(schema.Fields));
    }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes on the disk so far: those of ended row groups.</summary>
    public long Bytes => _writer is null ? 0 : new FileInfo(_file.Path).Length;

    /// <summary>Begins a file.</summary>
    /// <param name="storage">Where it is to be.</param>
    /// <param name="location">Where in it; there must be none.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="modes">What manifests keep of its columns, by field id; the default for those not named.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    public static async Task<ParquetDataWriter> CreateAsync(
        ITableStorage storage, string location, TableSchema schema, ParquetOptions options, IReadOnlyDictionary<int, MetricsMode> modes, CancellationToken cancellation)
        => new(storage, await storage.CreateLocalAsync(location, cancellation), schema, options, modes);

    /// <summary>Adds rows; the batch's columns are those of the schema, in its order.</summary>
    /// <exception cref="IOException">The disk refuses them.</exception>
    public void Write(RecordBatch batch)
    {
        try
        {
            _writer ??= Open(batch);
            _groups ??= new RowGroupWriter(_writer, _options.RowGroupRows, _options.RowGroupBytes);
            _groups.Write(FileNames.Renamed(batch, _columns));
        }
        catch (ParquetException e)
        {
            throw DiskFaults.Named(_file.Location, e, ParquetMessage.Of(e.Message));
        }
        _nans.Add(batch);
        Rows += batch.Length;
    }

    /// <summary>Ends the file and makes it durable. What manifests keep of it; partition and spec are the caller's to set.</summary>
    /// <exception cref="IOException">The disk or the network refuses it.</exception>
    public async Task<DataFile> FinishAsync(CancellationToken cancellation)
    {
        try
        {
            _writer ??= Open(null);
            _writer.Close();
            _writer.Dispose();
            FileChecks.Stamp(_file.Path);
            var metrics = ParquetStatistics.Read(_file.Path, _schema, _modes, _nans.Counts);
            var file = metrics with { Path = _file.Location, FileSizeInBytes = await _storage.PublishAsync(_file, cancellation) };
            // A file that could not be made durable goes as one that was never ended.
            _finished = true;
            return file;
        }
        catch (ParquetException e)
        {
            throw DiskFaults.Named(_file.Location, e, ParquetMessage.Of(e.Message));
        }
    }

    public void Dispose()
    {
        if (!_finished)
        {
            _finished = true;
            try
            {
                _writer?.Dispose();
            }
            catch (ParquetException)
            {
                // A writer that could not write cannot close either; the file goes with it.
            }
            File.Delete(_file.Path);
        }
        _file.Dispose();
    }

    // With the first rows in hand, which tell what columns are worth a dictionary.
    private FileWriter Open(RecordBatch? first)
    {
        using var properties = Properties(_options, first is null ? [] : [.. _columns.Where((_, i) => !DictionaryPolicy.IsWorthIt(first.Column(i)))]);
        // Without it the schema's metadata, and with it the names for readers that go by names, is left out.
        using var arrow = new ArrowWriterPropertiesBuilder().StoreSchema().Build();
        return new FileWriter(_file.Path, ArrowSchema.OfFile(_schema), properties, arrow);
    }

    private static WriterProperties Properties(ParquetOptions options, IReadOnlyList<NestedField> plain)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(CodecOf(options.Codec)).MaxRowGroupLength(options.RowGroupRows).DataPagesize(options.PageBytes).CreatedBy(FileChecks.Writer);
        if (options.Codec is "zstd" or "gzip") builder.CompressionLevel(options.Level);
        builder.EnablePageChecksum();
        if (options.WritesPageIndex) builder.EnableWritePageIndex();
        builder.DictionaryPagesizeLimit(DictionaryPolicy.MaxBytes);
        foreach (var column in plain)
        {
            using var path = new ParquetSharp.Schema.ColumnPath([column.Name]);
            builder.DisableDictionary(path);
        }
        return builder.Build();
    }

    private static Compression CodecOf(string name) => name switch
    {
        "zstd" => Compression.Zstd,
        "snappy" => Compression.Snappy,
        "gzip" => Compression.Gzip,
        "lz4" => Compression.Lz4Hadoop,
        "uncompressed" or "none" => Compression.Uncompressed,
        _ => throw new ArgumentException($"codec is '{name}'; it must be zstd, snappy, gzip, lz4 or uncompressed", nameof(name)),
    };
}
