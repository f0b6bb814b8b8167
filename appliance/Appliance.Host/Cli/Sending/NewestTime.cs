using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;

namespace Appliance.Host.Cli.Sending;

/// <summary>Reads files once for the newest of their event times, before they are sent with other times. Stateless.</summary>
internal static class NewestTime
{
    /// <summary>Microseconds by which to move all times; 0 where there is no event.</summary>
    /// <param name="now">Microseconds since 1970 UTC.</param>
    public static long ShiftOf(IEnumerable<string> files, Func<string, IEventReader> open, long now, CancellationToken stop)
    {
        long? newest = null;
        using var records = new EventRecordBuffer();
        foreach (var file in files)
        {
            using var reader = open(file);
            // Wrong lines are told when their turn to be sent comes.
            for (var status = reader.Read(records); status != LineStatus.End; status = reader.Read(records))
            {
                stop.ThrowIfCancellationRequested();
                if (status == LineStatus.Read && EventRecord.TryParse(records.Bytes, out var record)) newest = Math.Max(newest ?? long.MinValue, record.EventTime);
                records.Clear();
            }
        }
        return newest is { } at ? TimeShift.To(now, at) : 0;
    }
}
