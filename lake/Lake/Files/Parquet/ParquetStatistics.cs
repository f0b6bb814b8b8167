using System.Runtime.InteropServices;
using Lake.Manifests;
using Lake.Types;
using Lake.Values;
using ParquetSharp;

namespace Lake.Files.Parquet;

/// <summary>What a Parquet file's footer says of its columns, as a manifest keeps it. Stateless.</summary>
internal static class ParquetStatistics
{
    /// <param name="path">A whole Parquet file of the local disk.</param>
    /// <param name="schema">The columns that were written, with ids.</param>
    /// <param name="modes">What to keep, by field id; <see cref="MetricsMode.Default"/> for others.</param>
    /// <param name="nans">NaN counts by field id.</param>
    public static DataFile Read(string path, TableSchema schema, IReadOnlyDictionary<int, MetricsMode> modes, IReadOnlyDictionary<int, long> nans)
    {
        using var reader = new ParquetFileReader(path);
        var footer = reader.FileMetaData;
        var columns = new ColumnTotals?[footer.NumColumns];
        var offsets = new List<long>();
        for (var c = 0; c < columns.Length; c++)
        {
            var column = footer.Schema.Column(c);
            if (schema.Find(column.SchemaNode.FieldId) is { Type: PrimitiveType type } field) columns[c] = new ColumnTotals(field.Id, type, column.TypeLength, column.MaxRepetitionLevel > 0);
        }
        for (var g = 0; g < footer.NumRowGroups; g++)
        {
            using var group = reader.RowGroup(g);
            for (var c = 0; c < columns.Length; c++)
            {
                using var chunk = group.MetaData.GetColumnChunkMetaData(c);
                if (c == 0) offsets.Add(chunk.FileOffset > 0 ? chunk.FileOffset : 4);
                columns[c]?.Add(chunk);
            }
        }
        var known = columns.OfType<ColumnTotals>().Where(c => Mode(modes, c.FieldId).Counts).ToList();
        var bounded = known.Where(c => Mode(modes, c.FieldId).Bounds && c is { Lower: not null, Upper: not null }).ToList();
        return new DataFile
        {
            Path = "",
            RecordCount = footer.NumRows,
            FileSizeInBytes = 0,
            ColumnSizes = Map(columns.OfType<ColumnTotals>(), c => c.Size),
            ValueCounts = Map(known, c => c.Values),
            NullValueCounts = Map(known.Where(c => c.Nulls is not null), c => c.Nulls!.Value),
            NanValueCounts = new ColumnMap<long>([.. nans.Where(n => known.Exists(c => c.FieldId == n.Key))]),
            LowerBounds = Map(bounded, c => BoundsTruncation.Lower(c.Type, SingleValue.Encode(c.Type, c.Lower!), Mode(modes, c.FieldId).Length)),
            UpperBounds = new ColumnMap<byte[]>(
            [
                .. bounded.Select(c => KeyValuePair.Create(c.FieldId, BoundsTruncation.Upper(c.Type, SingleValue.Encode(c.Type, c.Upper!), Mode(modes, c.FieldId).Length)!))
                    .Where(p => p.Value is not null),
            ]),
            SplitOffsets = offsets,
        };
    }

    private static MetricsMode Mode(IReadOnlyDictionary<int, MetricsMode> modes, int fieldId) => modes.GetValueOrDefault(fieldId, MetricsMode.Default);

    private static ColumnMap<T> Map<T>(IEnumerable<ColumnTotals> columns, Func<ColumnTotals, T> value)
    {
        var list = columns.ToList();
        return new ColumnMap<T>([.. list.Select(c => c.FieldId)], [.. list.Select(value)]);
    }

    // Sums and bounds of one column over the row groups.
    private sealed class ColumnTotals(int fieldId, PrimitiveType type, int typeLength, bool isRepeated)
    {
        private bool _unbounded;

        public int FieldId => fieldId;

        public PrimitiveType Type => type;

        public long Size { get; private set; }

        public long Values { get; private set; }

        public long? Nulls { get; private set; } = 0;

        public object? Lower { get; private set; }

        public object? Upper { get; private set; }

        public void Add(ColumnChunkMetaData chunk)
        {
            Size += chunk.TotalCompressedSize;
            Values += chunk.NumValues;
            using var statistics = chunk.Statistics;
            Nulls = statistics is null ? null : Nulls + statistics.NullCount;
            // Elements of lists have no bounds in the format's reference implementation, and no use in pruning rows.
            if (_unbounded || isRepeated) return;
            if (statistics is { HasMinMax: true })
            {
                Widen(Value(statistics, lowest: true), Value(statistics, lowest: false));
            }
            else if (statistics is null || statistics.NullCount != chunk.NumValues)
            {
                // Values without statistics: nothing can be said of the file.
                (_unbounded, Lower, Upper) = (true, null, null);
            }
        }

        private void Widen(object lower, object upper)
        {
            if (Lower is null || SingleValue.Compare(type, lower, Lower) < 0) Lower = lower;
            if (Upper is null || SingleValue.Compare(type, upper, Upper) > 0) Upper = upper;
        }

        private object Value(Statistics statistics, bool lowest) => statistics switch
        {
            Statistics<bool> b => lowest ? b.Min : b.Max,
            Statistics<int> i => FromInt(lowest ? i.Min : i.Max),
            Statistics<long> l => FromLong(lowest ? l.Min : l.Max),
            // Zeros of both signs are one to Parquet: the wider one is kept.
            Statistics<float> f => lowest ? (f.Min == 0 ? -0f : f.Min) : (f.Max == 0 ? 0f : f.Max),
            Statistics<double> d => lowest ? (d.Min == 0 ? -0d : d.Min) : (d.Max == 0 ? 0d : d.Max),
            Statistics<ByteArray> s => FromBytes(Copy((lowest ? s.Min : s.Max).Pointer, (lowest ? s.Min : s.Max).Length)),
            Statistics<FixedLenByteArray> s => FromBytes(Copy((lowest ? s.Min : s.Max).Pointer, typeLength)),
            _ => throw new LakeFormatException($"statistics of column {fieldId} are of {statistics.PhysicalType}; that is not known here"),
        };

        private object FromInt(int value) => type.Kind == TypeKind.Decimal ? new System.Numerics.BigInteger(value) : (object)value;

        private object FromLong(long value) => type.Kind == TypeKind.Decimal ? new System.Numerics.BigInteger(value) : (object)value;

        private object FromBytes(byte[] bytes) => type.Kind == TypeKind.Decimal ? DecimalBytes.Read(bytes) : SingleValue.Decode(type, bytes);

        private static byte[] Copy(IntPtr pointer, int length)
        {
            var bytes = new byte[length];
            if (length > 0) Marshal.Copy(pointer, bytes, 0, length);
            return bytes;
        }
    }
}
