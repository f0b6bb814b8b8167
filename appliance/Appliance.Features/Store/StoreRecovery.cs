using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Opens a store from its newest sound checkpoint. The log holds records newer than any older checkpoint; recovering that one is exact all the same:
/// each checkpoint begins between two writes, so nothing of the next version lies before its end, and FASTER rebuilds the index from no record behind it.
/// </summary>
internal static class StoreRecovery
{
    public static RecoveredStore Open(StoreOptions options, IStoreDevice device, TimeProvider time)
    {
        var geometry = new StoreGeometry(options);
        var folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(folder);
        var passedOver = new List<PassedOverCheckpoint>();
        var numbers = CheckpointFolder.Numbers(folder);
        for (var i = 0; i < numbers.Count; i++)
        {
            if (!TryLoad(folder, numbers[i], geometry, device, out var file, out var reason)
                || !TryRecover(options, geometry, device, file, passedOver, out var engine, out reason))
            {
                passedOver.Add(new PassedOverCheckpoint(numbers[i], reason));
                continue;
            }
            var kept = new List<CheckpointFile> { file };
            if (i + 1 < numbers.Count && TryLoad(folder, numbers[i + 1], geometry, device, out var older, out _)) kept.Insert(0, older);
            return new RecoveredStore(Table(engine, options, time, kept, file.Rows, file.LiveBytes), file.Position, file.Number, passedOver);
        }
        CheckpointFolder.Clear(folder, device);
        return new RecoveredStore(Table(new StoreEngine(options, geometry, device), options, time, [], 0, 0), null, 0, passedOver);
    }

    private static FasterTable Table(StoreEngine engine, StoreOptions options, TimeProvider time, List<CheckpointFile> kept, long rows, long liveBytes)
    {
        var checkpoints = new CheckpointStore(engine, options, time, kept);
        var writer = new StoreWriter(engine, checkpoints, rows, liveBytes);
        var policy = new CompactionPolicy(options.CompactionMinBytes, options.CompactionGrowth, options.ExpirySweep);
        return new FasterTable(engine, writer, checkpoints, new StoreMaintenance(engine, writer, checkpoints, policy, time));
    }

    private static bool TryLoad(string folder, long number, StoreGeometry geometry, IStoreDevice device, out CheckpointFile file, out string reason)
    {
        file = null!;
        try
        {
            using var handle = device.Open(CheckpointFile.PathOf(folder, number));
            var bytes = new byte[RandomAccess.GetLength(handle)];
            var read = device.Read(handle, bytes, 0);
            if (!CheckpointFile.TryDecode(bytes[..read], out var decoded, out reason)) return false;
            file = decoded;
        }
        catch (IOException fault)
        {
            reason = fault.Message;
            return false;
        }
        CheckSame(nameof(StoreOptions.PageBytes), 1L << geometry.PageBits, 1L << file.PageBits, folder);
        CheckSame(nameof(StoreOptions.SegmentBytes), 1L << geometry.SegmentBits, 1L << file.SegmentBits, folder);
        return true;
    }

    private static void CheckSame(string field, long given, long made, string folder)
    {
        if (given != made) throw new ArgumentException($"{StoreOptions.Section}:{field} is {given}; the store in '{folder}' was made with {made}, and it must stay so.");
    }

    private static bool TryRecover(StoreOptions options, StoreGeometry geometry, IStoreDevice device, CheckpointFile file, List<PassedOverCheckpoint> passedOver, out StoreEngine engine, out string reason)
    {
        engine = new StoreEngine(options, geometry, device);
        try
        {
            reason = Fault(engine, file);
            if (reason.Length == 0)
            {
                // From here on the log behind this checkpoint is written anew, so the newer ones must be gone first.
                foreach (var newer in passedOver) device.Delete(CheckpointFile.PathOf(engine.Folder, newer.Number));
                device.SyncFolder(engine.Folder);
                Recover(engine, file);
                if (engine.Log.ReadFaults == 0) return true;
                reason = engine.Log.LastReadFault;
            }
        }
        catch (Exception fault) when (fault is IOException or FasterException)
        {
            reason = fault.Message;
        }
        engine.Dispose();
        return false;
    }

    /// <summary>What is wrong with the files that the checkpoint stands on; empty where nothing is.</summary>
    private static string Fault(StoreEngine engine, CheckpointFile file)
    {
        if (file.Until <= LogDevice.FirstAddress) return "";
        for (var segment = file.Begin >> file.SegmentBits; segment <= (file.Until - 1) >> file.SegmentBits; segment++)
        {
            if (!File.Exists(engine.Log.PathOf((int)segment))) return $"its log segment {segment} is missing";
        }
        foreach (var range in file.Ranges)
        {
            var from = Math.Max(range.From, 0);
            if (from >> file.SegmentBits < file.Begin >> file.SegmentBits) continue;
            if (!FileSums.TrySum(engine.Log, from, range.Until, out var crc)) return $"the log ends inside {range.From} to {range.Until}";
            if (crc != range.Crc) return $"the log from {range.From} to {range.Until} was changed";
        }
        if (file.Index.IsNone) return "";
        var path = CheckpointMetadata.IndexPath(engine.Folder, file.Index.Token) + ".0";
        if (!File.Exists(path)) return "its index is missing";
        return FileSums.Sum(engine.Device, path) == (file.Index.Bytes, file.Index.Crc) ? "" : "its index was changed";
    }

    private static void Recover(StoreEngine engine, CheckpointFile file)
    {
        if (file.Until > LogDevice.FirstAddress)
        {
            var sector = new byte[LogDevice.SectorBytes];
            file.LastSector.CopyTo(sector, 0);
            var start = file.Until - file.LastSector.Length;
            if (file.LastSector.Length > 0) engine.Log.WriteNow((int)(start >> file.SegmentBits), sector, start & ((1L << file.SegmentBits) - 1));
            engine.Metadata.Offer(file.LogToken, file.LogMetadata, file.Index.Token, file.Index.Metadata);
            engine.Faster.Recover(file.Index.Token, file.LogToken);
            engine.Log.Completed((int)(file.Until >> file.SegmentBits), file.Until & ((1L << file.SegmentBits) - 1));
            RecallRecords(engine);
        }
        CheckpointFolder.Trim(engine.Folder, engine.Device, (int)(file.Until >> file.SegmentBits));
    }

    /// <summary>Tells the hints of the records that recovery brought into memory.</summary>
    private static void RecallRecords(StoreEngine engine)
    {
        var log = engine.Faster.Log;
        using var session = new StoreSession(engine.Faster, engine.Log, engine.Hints, sweep: null);
        using var records = log.Scan(Math.Max(log.BeginAddress, log.HeadAddress), log.TailAddress);
        while (records.GetNext(out var state))
        {
            if (state.Tombstone) continue;
            session.Enter();
            session.Recall(ref records.GetKey(), records.CurrentAddress);
            session.Leave();
        }
    }
}
