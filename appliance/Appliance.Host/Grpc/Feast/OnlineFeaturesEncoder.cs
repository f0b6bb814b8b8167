// Hot path: an answer of a hundred entities has thousands of values; columns are written straight from the rows as the store holds them.
using System.Buffers.Binary;
using Appliance.Features.Reading;
using Appliance.Host.Features;
using Appliance.Host.Rest;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// Writes what a read brought as <c>feast.serving.GetOnlineFeaturesResponse</c>: a column for each join key of the request, then one for each
/// feature. Reused from answer to answer; not thread-safe.
/// </summary>
internal sealed class OnlineFeaturesEncoder
{
    // A vector's tag and length, at their longest.
    private const int VectorRoom = 6;
    private const int ResultsField = 2;

    /// <summary>Bytes that a value takes with its status and event time, of those types that most features have.</summary>
    private const int UsualBytes = FeastValueEncoder.FloatBytes + 1 + 14;

    /// <summary>Memory that is asked for before it is known to be needed. 4 MiB: a thousand entities of two hundred features.</summary>
    private const int MostAhead = 4 << 20;

    /// <summary>Entities up to which a run of columns is written at once. 64: with more, what is the same in all of a column's rows is the most anyway.</summary>
    private const int MostRowsAtOnce = 64;

    // One for each view read.
    private OnlineFeaturesView[] _views = [];

    // Of the feature in hand, one a row.
    private byte[] _statuses = [];

    public PooledBuffer Output { get; } = new();

    /// <summary>Writes the answer, the prefix of gRPC included, and counts its values; it lies in <see cref="Output"/> afterwards.</summary>
    public void Write(FeatureBlock block, EntityRows rows, PlannedFeatures planned, bool fullNames, bool versions)
    {
        Output.Clear();
        Output.GetSpan((int)Math.Min(MostAhead, 4096 + (((long)block.Plan.Outputs.Length + rows.Count) * (((long)block.Rows * UsualBytes) + 16))));
        Output.Advance(GrpcFraming.PrefixBytes);
        Forget(block.Plan.StoredViews);
        planned.Header.Write(Output, rows, fullNames, versions);
        for (var column = 0; column < rows.Count; column++) WriteEntities(rows.Values(column));
        Span<long> tally = stackalloc long[PlanCounters.Statuses];
        tally.Clear();
        for (var output = 0; output < block.Plan.Outputs.Length;)
        {
            if (planned.Floats[output] is { } floats && block.Rows <= MostRowsAtOnce) output += WriteRun(block, floats, output, planned.Counters, tally);
            else WriteFeature(block, output++, planned.Counters, tally);
        }
        GrpcFraming.WritePrefix(Output.Filled);
    }

    private void Forget(int views)
    {
        var before = _views.Length;
        if (before < views) Array.Resize(ref _views, views);
        for (var i = before; i < views; i++) _views[i] = new OnlineFeaturesView();
        foreach (var view in _views) view.Forget();
    }

    private void WriteEntities(ReadOnlySpan<FeatureValue> values)
    {
        var start = Begin();
        foreach (ref readonly var value in values)
        {
            if (value.Type == FeatureDataType.Int64) WriteId(value.AsInt64);
            else WriteValue(value);
        }
        var statuses = Statuses(values.Length);
        for (var row = 0; row < values.Length; row++) statuses[row] = (byte)(values[row].IsNull ? FeatureStatus.NullValue : FeatureStatus.Present);
        WriteNoTimes(values.Length);
        End(start);
    }

    private void WriteFeature(FeatureBlock block, int output, PlanCounters counters, Span<long> tally)
    {
        var source = block.Plan.Outputs[output];
        var view = source.ViewRead < 0 ? null : View(block, source.ViewRead);
        var isFloat = source.Computed < 0 && source.Type == FeatureDataType.Float;
        if (isFloat && view!.TryGetColumn(block, source.Feature, out var values))
        {
            WriteColumn(view, values, block.Rows);
            counters.Count(output, view.Statuses, tally);
            return;
        }
        var start = Begin();
        var statuses = isFloat ? WriteFloats(block, source) : WriteValues(block, output);
        counters.Count(output, statuses, tally);
        WriteTimes(block.Rows, view);
        End(start);
    }

    private OnlineFeaturesView View(FeatureBlock block, int viewRead)
    {
        var view = _views[viewRead];
        if (!view.IsMade) view.Make(block, viewRead);
        return view;
    }

    // Columns that differ in nothing but their values: head and tail are copied. Those that have nulls are left to WriteFeature.
    private int WriteRun(FeatureBlock block, FloatColumns floats, int first, PlanCounters counters, Span<long> tally)
    {
        var view = View(block, floats.ViewRead);
        if (!view.IsAlike)
        {
            for (var i = 0; i < floats.Count; i++) WriteFeature(block, first + i, counters, tally);
            return floats.Count;
        }
        var places = floats.In(view.Layout);
        var whole = 0;
        for (var i = 0; i < places.Length;)
        {
            var from = i;
            while (i < places.Length && !view.HasNulls(places[i].Column)) i++;
            if (i > from) WriteWhole(block, view, places[from..i]);
            whole += i - from;
            if (i < places.Length) WriteFeature(block, first + i++, counters, tally);
        }
        if (whole > 0) counters.Count(first + places.Length - 1, view.Status, (long)whole * block.Rows, tally);
        return places.Length;
    }

    private void WriteWhole(FeatureBlock block, OnlineFeaturesView view, ReadOnlySpan<FloatColumns.Place> places)
    {
        var tail = view.PaddedTail;
        var values = block.Bytes(view.Alike);
        var length = (block.Rows * FeastValueEncoder.FloatBytes) + view.Tail.Length;
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        var headBytes = Wire.WriteTagAndLength(head, ResultsField, length);
        var headBits = BinaryPrimitives.ReadUInt64LittleEndian(head);
        var to = Output.GetSpan((places.Length * (headBytes + length)) + OnlineFeaturesView.Padding);
        var at = 0;
        foreach (ref readonly var place in places)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[at..], headBits);
            at += headBytes;
            for (var value = place.Offset; value < values.Length; value += view.Stride)
            {
                at += FeastValueEncoder.WriteFloat(to[at..], BinaryPrimitives.ReadUInt32LittleEndian(values[value..]));
            }
            // The most frequent tail, that of one row, is one store; what it writes too much is the next column's.
            if (tail.Length == OnlineFeaturesView.Padding) tail.CopyTo(to.Slice(at, OnlineFeaturesView.Padding));
            else tail.CopyTo(to[at..]);
            at += view.Tail.Length;
        }
        Output.Advance(at);
    }

    // Every row has a value: the length is known before, and what is behind the values is the same as in the view's other columns.
    private void WriteColumn(OnlineFeaturesView view, ReadOnlySpan<byte> values, int rows)
    {
        var tail = view.Tail;
        var length = (rows * FeastValueEncoder.FloatBytes) + tail.Length;
        var to = Output.GetSpan(VectorRoom + length + 1);
        var at = Wire.WriteTagAndLength(to, ResultsField, length);
        at += FeastValueEncoder.WriteFloats(to[at..], values, view.Stride, rows);
        tail.CopyTo(to[at..]);
        Output.Advance(at + tail.Length);
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
                if (column >= 0) offset = layout!.Layout.OffsetOf(column);
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

    // Nearly all entities are named by a number.
    private void WriteId(long id) =>
        Output.Advance(FeastValueEncoder.WriteVarint(Output.GetSpan(FeastValueEncoder.MaxFixedBytes), (int)FeatureDataType.Int64, (ulong)id));

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

    private void WriteTimes(int rows, OnlineFeaturesView? view)
    {
        if (view is null)
        {
            WriteNoTimes(rows);
            return;
        }
        view.Times.CopyTo(Output.GetSpan(view.Times.Length));
        Output.Advance(view.Times.Length);
    }

    // What is no stored row's has no event time: Feast sends the empty Timestamp for it, 1970.
    private void WriteNoTimes(int rows)
    {
        var times = Output.GetSpan(rows * 2);
        for (var row = 0; row < rows; row++)
        {
            times[row * 2] = 0x1a;
            times[row * 2 + 1] = 0;
        }
        Output.Advance(rows * 2);
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
    }
}
