// Hot path: once for each event and stream view, on the store's memory.
using Appliance.Features.Reading;
using Appliance.Features.Store;
using FeatureModel.Windows;

namespace Appliance.Features.Ingest;

/// <summary>Adds an event to the panes of its entity's row.</summary>
internal readonly struct WindowUpdate(ServedView view, WindowEvent.View ev) : IRowUpdater
{
    public int MaxBytes(bool exists, in RecordHeader current, ReadOnlySpan<byte> row) => WindowRow.MaxBytesAfter(Plan, Current(exists, current, row), ev);

    public int Update(bool exists, ref RecordHeader header, ReadOnlySpan<byte> row, Span<byte> next)
    {
        if (!WindowRow.Apply(Plan, Current(exists, header, row), ev, next, out var written))
        {
            // Bytes that the plan did not write: the windows start anew rather than stay wrong for ever.
            WindowRow.Apply(Plan, default, ev, next, out written);
        }
        // The times of a view of the same name that was deleted are not this one's.
        if (exists && header.Layout < view.BornLayout) (header.EventTime, header.CreatedTime) = (0, 0);
        header.Layout = view.CurrentLayout;
        header.EventTime = Math.Max(header.EventTime, Math.Min(ev.EventMicros, ev.IngestMicros));
        header.CreatedTime = Math.Max(header.CreatedTime, ev.IngestMicros);
        return written;
    }

    private WindowPlan Plan => view.Panes[view.CurrentLayout].Plan;

    // A row of an older layout goes on with the panes that both have in common.
    private ReadOnlySpan<byte> Current(bool exists, in RecordHeader header, ReadOnlySpan<byte> row)
    {
        if (!exists) return default;
        if (header.Layout == view.CurrentLayout) return row;
        if (!view.Panes.TryGetValue(header.Layout, out var panes)) return default;
        var carried = new byte[panes.Carry.MaxBytes(row)];
        return panes.Carry.TryCarry(row, carried, out var written) ? carried.AsSpan(0, written) : default;
    }
}
