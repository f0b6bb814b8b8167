// Hot path: every read of features goes through here.
using Appliance.Features.Reading;
using Appliance.Features.Store;
using FeatureModel.Values;

namespace Appliance.Features;

/// <summary>The features of entities as of now: what all others see of the store. Thread-safe; no read waits for a write.</summary>
public sealed class OnlineStore(FasterTable table, FeatureOptions options, TimeProvider time)
{
    /// <summary>
    /// Reads a plan's features of some entities into a block. Null, or why the entities cannot be read: a sentence that names column, row, value and rule.
    /// </summary>
    public string? Read(FeatureReadPlan plan, EntityRows rows, FeatureBlock block)
    {
        Span<int> columns = plan.Required.Length <= 32 ? stackalloc int[plan.Required.Length] : new int[plan.Required.Length];
        if (RequestColumns.Bind(plan, rows, options.MaxEntities, columns) is { } error) return error;
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        block.Begin(plan, rows.Rows, now);
        for (var read = 0; read < plan.ViewReads.Length; read++)
        {
            if (ReadView(plan.ViewReads[read], read, rows, columns, block) is { } tooLong) return tooLong;
        }
        foreach (var step in plan.Steps) Compute(step, rows, columns, block);
        return null;
    }

    private string? ReadView(ViewRead read, int index, EntityRows rows, ReadOnlySpan<int> columns, FeatureBlock block)
    {
        var keys = block.Keys;
        keys.Clear();
        if (read.View.JoinKeys is [{ Type: FeatureDataType.Int64 }]) WriteNumberKeys(keys, read.View.Number, rows.Values(columns[read.KeyColumns[0]]));
        else if (WriteKeys(keys, read, rows, columns, block.Rows) is { } tooLong) return tooLong;
        for (var row = 0; row < block.Rows; row++) block.PutAbsent(index, row);
        var copy = new RowCopy(block, read.View, index);
        if (block.Rows == 1) table.TryRead(keys.Bytes, ref copy);
        else table.ReadMany(keys.Bytes, keys.Ends, ref copy);
        for (var row = 0; row < block.Rows && read.FirstComputed >= 0; row++) ReadWindows(read, index, row, block);
        return null;
    }

    // Nearly all views have one number for a key.
    private static void WriteNumberKeys(KeyBatch keys, uint view, ReadOnlySpan<FeatureValue> ids)
    {
        const int KeyBytes = EntityKey.ViewBytes + sizeof(long);
        var to = keys.AddAlike(ids.Length, KeyBytes);
        foreach (ref readonly var id in ids)
        {
            EntityKey.WriteView(to, view);
            EntityKey.WriteNumber(to[EntityKey.ViewBytes..], id.AsInt64);
            to = to[KeyBytes..];
        }
    }

    // Null, or why a key cannot be read.
    private static string? WriteKeys(KeyBatch keys, ViewRead read, EntityRows rows, ReadOnlySpan<int> columns, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var bytes = EntityKey.ViewBytes;
            foreach (var column in read.KeyColumns) bytes += EntityKey.Measure(rows.Values(columns[column])[row]);
            if (bytes > EntityKey.MaxBytes) return $"the key of entity {row} for feature view '{read.View.Name}' has {bytes} bytes; at most {EntityKey.MaxBytes} are taken";
            var key = keys.Add(bytes);
            EntityKey.WriteView(key, read.View.Number);
            var at = EntityKey.ViewBytes;
            foreach (var column in read.KeyColumns) at += EntityKey.Write(key[at..], rows.Values(columns[column])[row]);
        }
        return null;
    }

    private static void ReadWindows(ViewRead read, int index, int row, FeatureBlock block)
    {
        ref readonly var stored = ref block.Stored(index, row);
        var values = block.Scratch(read.View.Features.Count);
        values.Clear();
        // Bytes that the plan did not write count as no events, as they will with the next one.
        if (stored.Panes is { } panes && !panes.Read(block.Bytes(stored), block.Now, values)) panes.ReadEmpty(block.Now, values);
        for (var i = 0; i < values.Length; i++) block.Computed(read.FirstComputed + i)[row] = values[i];
    }

    private static void Compute(ComputeStep step, EntityRows rows, ReadOnlySpan<int> columns, FeatureBlock block)
    {
        var slots = block.Scratch(step.Slots);
        var into = block.Computed(step.Column);
        for (var row = 0; row < block.Rows; row++)
        {
            foreach (var source in step.Sources)
            {
                slots[source.Slot] = source.Required switch
                {
                    SlotSource.NoColumn => block.ValueOf(source.Feature, row),
                    SlotSource.Moment => FeatureValue.OfTimestamp(block.Now),
                    _ => WideningConversion.To(block.Plan.Required[source.Required].Type, rows.Values(columns[source.Required])[row]),
                };
            }
            into[row] = step.Expression.Evaluate(slots);
        }
    }

    /// <summary>Copies rows out of the store's memory; runs again for a row that was changed meanwhile.</summary>
    private readonly struct RowCopy(FeatureBlock block, ServedView view, int index) : IRecordReader, IManyRecordReader
    {
        public void Read(in RecordHeader header, ReadOnlySpan<byte> bytes) => Read(0, header, bytes);

        public void Read(int row, in RecordHeader header, ReadOnlySpan<byte> bytes)
        {
            // Of a view of the same name that was deleted.
            if (header.Layout < view.BornLayout)
            {
                block.PutAbsent(index, row);
                return;
            }
            var status = block.Now - header.EventTime > view.TtlMicros ? FeatureStatus.OutsideMaxAge : FeatureStatus.Present;
            block.Put(index, row, view, header.Layout, header.EventTime, status, bytes);
        }
    }
}
