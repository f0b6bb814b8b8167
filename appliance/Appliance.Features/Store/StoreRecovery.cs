using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Opens a store from its newest sound checkpoint. The log holds records newer than any older checkpoint; recovering that one is exact all the same:
/// each checkpoint begins between two writes, so nothing of the next version lies before its end, and FASTER rebuilds the index from no record behind it.
/// </summary>
internal static class StoreRecovery
{
    /// <exception cref="IOException">The disk failed: nothing that is sound was removed, and the same start on a sound disk finds it.</exception>
    public static RecoveredStore Open(StoreOptions options, IStoreDevice device, TimeProvider time)
    {
        var geometry = new StoreGeometry(options);
        var folder = Path.GetFullPath(options.Folder);
        try
        {
            return OpenNewest(options, geometry, folder, device, time);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The online store in '{folder}' cannot be opened: {fault.Message}. No sound checkpoint was removed. Start again when the disk is well; if it never "
                + "reads that file again, move the file elsewhere first: then an older checkpoint is taken, and the events since it are applied again",
                fault) { HResult = fault.HResult };
        }
    }

    private static RecoveredStore OpenNewest(StoreOptions options, StoreGeometry geometry, string folder, IStoreDevice device, TimeProvider time)
    {
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
            if (i + 1 < numbers.Count && TryLoadOlder(folder, numbers[i + 1], geometry, device, out var older)) kept.Insert(0, older);
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

    /// <summary>False where the content is not that of a checkpoint; throws where the disk does not say what the content is.</summary>
    private static bool TryLoad(string folder, long number, StoreGeometry geometry, IStoreDevice device, out CheckpointFile file, out string reason)
    {
        file = null!;
        if (!CheckpointFile.TryDecode(ReadWhole(device, CheckpointFile.PathOf(folder, number)), out var decoded, out reason)) return false;
        file = decoded;
        CheckSame(nameof(StoreOptions.PageBytes), 1L << geometry.PageBits, 1L << file.PageBits, folder);
        CheckSame(nameof(StoreOptions.SegmentBytes), 1L << geometry.SegmentBits, 1L << file.SegmentBits, folder);
        return true;
    }

    /// <summary>The one to fall back to later. Nothing stands on it yet, so a disk that does not give it ends no start; the next checkpoint takes its place.</summary>
    private static bool TryLoadOlder(string folder, long number, StoreGeometry geometry, IStoreDevice device, out CheckpointFile file)
    {
        try
        {
            return TryLoad(folder, number, geometry, device, out file, out _);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            file = null!;
            return false;
        }
    }

    private static byte[] ReadWhole(IStoreDevice device, string path)
    {
        try
        {
            using var handle = device.Open(path);
            var bytes = new byte[RandomAccess.GetLength(handle)];
            return bytes[..device.Read(handle, bytes, 0)];
        }
        catch (IOException fault)
        {
            throw StoreFile.Named(fault, path);
        }
    }

    private static void CheckSame(string field, long given, long made, string folder)
    {
        if (given != made) throw new ArgumentException($"{StoreOptions.Section}:{field} is {given}; the store in '{folder}' was made with {made}, and it must stay so.");
    }

    private static bool TryRecover(
        StoreOptions options, StoreGeometry geometry, IStoreDevice device, CheckpointFile file, List<PassedOverCheckpoint> passedOver, out StoreEngine engine, out string reason)
    {
        engine = new StoreEngine(options, geometry, device);
        var recovered = false;
        try
        {
            reason = Fault(engine, file);
            if (reason.Length > 0) return false;
            // From here on the log behind this checkpoint is written anew, so the newer ones must be gone first: their content is wrong.
            foreach (var newer in passedOver) device.Delete(CheckpointFile.PathOf(engine.Folder, newer.Number));
            device.SyncFolder(engine.Folder);
            recovered = TryRecover(engine, file, out reason);
            return recovered;
        }
        finally
        {
            if (!recovered) engine.Dispose();
        }
    }

    /// <summary>What is wrong with the files that the checkpoint stands on; empty where nothing is.</summary>
    private static string Fault(StoreEngine engine, CheckpointFile file)
    {
        if (file.Until <= LogDevice.FirstAddress) return "";
        for (var segment = file.Begin >> file.SegmentBits; segment <= (file.Until - 1) >> file.SegmentBits; segment++)
        {
            if (!StoreFile.Exists(engine.Log.PathOf((int)segment))) return $"its log segment {segment} is missing";
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
        if (!StoreFile.Exists(path)) return "its index is missing";
        return FileSums.Sum(engine.Device, path) == (file.Index.Bytes, file.Index.Crc) ? "" : "its index was changed";
    }

    private static bool TryRecover(StoreEngine engine, CheckpointFile file, out string reason)
    {
        reason = "";
        if (file.Until > LogDevice.FirstAddress)
        {
            var sector = new byte[LogDevice.SectorBytes];
            file.LastSector.CopyTo(sector, 0);
            var start = file.Until - file.LastSector.Length;
            if (file.LastSector.Length > 0) engine.Log.WriteNow((int)(start >> file.SegmentBits), sector, start & ((1L << file.SegmentBits) - 1));
            engine.Metadata.Offer(file.LogToken, file.LogMetadata, file.Index.Token, file.Index.Metadata);
            try
            {
                engine.Faster.Recover(file.Index.Token, file.LogToken);
            }
            catch (Exception fault) when (fault is FasterException || ReadFault(engine) is not null)
            {
                reason = fault.Message;
            }
            // Where the disk gave it nothing, FASTER goes on with zeros or stumbles over them: that says nothing of the content.
            if (ReadFault(engine) is { } unread) throw new IOException(unread);
            if (reason.Length > 0) return false;
            engine.Log.Completed((int)(file.Until >> file.SegmentBits), file.Until & ((1L << file.SegmentBits) - 1));
            RecallRecords(engine);
        }
        CheckpointFolder.Trim(engine.Folder, engine.Device, (int)(file.Until >> file.SegmentBits));
        return true;
    }

    private static string? ReadFault(StoreEngine engine)
    {
        if (engine.Log.ReadFaults > 0) return engine.Log.LastReadFault;
        return engine.Metadata.IndexFile is { ReadFaults: > 0 } index ? index.LastReadFault : null;
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
