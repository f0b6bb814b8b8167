// Hot path: an answer of a hundred entities has thousands of values; columns are written straight from the rows as the store holds them.
using System.Buffers.Binary;
using Appliance.Features.Reading;
using Appliance.Host.Features;
using Appliance.Host.Rest;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// Writes what a read brought as <c>feast.serving.GetOnlineFeaturesResponse</c>: a column for each entity column of the request, then one for each
/// feature. Reused from answer to answer; not thread-safe.
/// </summary>
internal sealed class OnlineFeaturesEncoder
{
    // A vector's tag and length, at their longest.
    private const int VectorRoom = 6;
    private const int ResultsField = 2;
    private const int MaxTimestampBytes = 2 + 11 + 6;
    private const long MicrosPerSecond = 1_000_000;

    // For each view read: where in the answer the event times of its rows stand. Features of one view have the same ones.
    private (int Offset, int Length)[] _times = [];

    // Of the feature in hand, one a row.
    private byte[] _statuses = [];

    public PooledBuffer Output { get; } = new();

    /// <summary>Writes the answer and counts its values; it lies in <see cref="Output"/> afterwards.</summary>
    public void Write(FeatureBlock block, EntityRows rows, PlannedFeatures planned, bool fullNames, bool versions)
    {
        Output.Clear();
        if (_times.Length < block.Plan.StoredViews) _times = new (int, int)[block.Plan.StoredViews];
        _times.AsSpan().Clear();
        planned.Header.Write(Output, rows, fullNames, versions);
        for (var column = 0; column < rows.Count; column++) WriteEntities(rows.Values(column));
        Span<long> tally = stackalloc long[PlanCounters.Statuses];
        tally.Clear();
        for (var output = 0; output < block.Plan.Outputs.Length; output++) WriteFeature(block, output, planned.Counters, tally);
    }

    private void WriteEntities(ReadOnlySpan<FeatureValue> values)
    {
        var start = Begin();
        foreach (var value in values) WriteValue(value);
        var statuses = Statuses(values.Length);
        for (var row = 0; row < values.Length; row++) statuses[row] = (byte)(values[row].IsNull ? FeatureStatus.NullValue : FeatureStatus.Present);
        // An entity column has no event time: the empty Timestamp, 1970.
        var times = Output.GetSpan(values.Length * 2);
        for (var row = 0; row < values.Length; row++)
        {
            times[row * 2] = 0x1a;
            times[row * 2 + 1] = 0;
        }
        Output.Advance(values.Length * 2);
        End(start);
    }

    private void WriteFeature(FeatureBlock block, int output, PlanCounters counters, Span<long> tally)
    {
        var start = Begin();
        var source = block.Plan.Outputs[output];
        var statuses = source.Computed < 0 && source.Type == FeatureDataType.Float ? WriteFloats(block, source) : WriteValues(block, output);
        counters.Count(output, statuses, tally);
        WriteTimes(block, source.ViewRead);
        End(start);
    }

    private ReadOnlySpan<byte> WriteValues(FeatureBlock block, int output)
    {
        for (var row = 0; row < block.Rows; row++) WriteValue(block.Value(output, row));
        var statuses = Statuses(block.Rows);
        for (var row = 0; row < block.Rows; row++) statuses[row] = (byte)block.Status(output, row);
        return statuses;
    }

    // Values and statuses in one pass: where the layout of the row before is met again, what it says of the column is known.
    private ReadOnlySpan<byte> WriteFloats(FeatureBlock block, FeatureOutput source)
    {
        var rows = block.StoredRows(source.ViewRead);
        if (_statuses.Length < rows.Length) _statuses = new byte[rows.Length];
        var to = Output.GetSpan((rows.Length * FeastValueEncoder.FloatBytes) + 1);
        var at = 0;
        ServedLayout? layout = null;
        int column = -1, offset = 0;
        for (var row = 0; row < rows.Length; row++)
        {
            ref readonly var stored = ref rows[row];
            if (!ReferenceEquals(stored.Layout, layout))
            {
                layout = stored.Layout;
                column = layout?.Column(source.Feature) ?? -1;
                if (column >= 0) offset = layout!.Layout.Columns[column].Offset;
            }
            var status = stored.Status;
            var bytes = block.Bytes(stored);
            if (column < 0 || layout!.Layout.IsNull(bytes, column))
            {
                FeastValueEncoder.NoValue.CopyTo(to[at..]);
                at += FeastValueEncoder.NoValue.Length;
                if (status is FeatureStatus.Present or FeatureStatus.OutsideMaxAge) status = FeatureStatus.NullValue;
            }
            else
            {
                at += FeastValueEncoder.WriteFloat(to[at..], BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]));
            }
            _statuses[row] = (byte)status;
        }
        Output.Advance(at);
        var statuses = _statuses.AsSpan(0, rows.Length);
        statuses.CopyTo(Statuses(rows.Length));
        return statuses;
    }

    private void WriteValue(FeatureValue value) =>
        Output.Advance(FeastValueEncoder.Write(Output.GetSpan(FeastValueEncoder.MaxBytes(value)), value));

    // Field 2, packed: each status is one byte. The caller fills them in.
    private Span<byte> Statuses(int rows)
    {
        if (rows == 0) return default;
        var span = Output.GetSpan(rows + 6);
        var at = Wire.WriteTagAndLength(span, 2, rows);
        Output.Advance(at + rows);
        return span.Slice(at, rows);
    }

    private void WriteTimes(FeatureBlock block, int viewRead)
    {
        if (viewRead >= 0 && _times[viewRead] is { Length: > 0 } before)
        {
            var copy = Output.GetSpan(before.Length);
            Output.Written.Span.Slice(before.Offset, before.Length).CopyTo(copy);
            Output.Advance(before.Length);
            return;
        }
        var offset = Output.Length;
        var span = Output.GetSpan(block.Rows * MaxTimestampBytes);
        var at = 0;
        // What is computed when it is read has no event time: Feast sends 1970 for it.
        for (var row = 0; row < block.Rows; row++) at += WriteTime(span[at..], viewRead < 0 ? 0 : block.Stored(viewRead, row).EventTime);
        Output.Advance(at);
        if (viewRead >= 0) _times[viewRead] = (offset, at);
    }

    // Field 3, a google.protobuf.Timestamp.
    private static int WriteTime(Span<byte> to, long micros)
    {
        to[0] = 0x1a;
        var (seconds, rest) = Math.DivRem(micros, MicrosPerSecond);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + MicrosPerSecond);
        var at = 2;
        if (seconds != 0)
        {
            to[at++] = 0x08;
            at += Wire.WriteVarint(to[at..], (ulong)seconds);
        }
        if (rest != 0)
        {
            to[at++] = 0x10;
            at += Wire.WriteVarint(to[at..], (ulong)rest * 1000);
        }
        to[1] = (byte)(at - 2);
        return at;
    }

    private int Begin()
    {
        Output.GetSpan(VectorRoom);
        Output.Advance(VectorRoom);
        return Output.Length;
    }

    // The vector's length is known now: its head is written and what stands behind moves up to it.
    private void End(int start)
    {
        var length = Output.Length - start;
        Span<byte> head = stackalloc byte[VectorRoom];
        var bytes = Wire.WriteTagAndLength(head, ResultsField, length);
        Output.Replace(start - VectorRoom, VectorRoom, head[..bytes]);
        foreach (ref var times in _times.AsSpan())
        {
            // Those of this vector moved with it.
            if (times.Offset >= start) times.Offset -= VectorRoom - bytes;
        }
    }
}
