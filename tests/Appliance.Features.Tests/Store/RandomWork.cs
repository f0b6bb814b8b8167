using System.Text;
using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Seeded writes of every kind, mirrored in a dictionary, and the dictionary as it was at each checkpoint.</summary>
internal sealed class RandomWork(int seed, int keys)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Dictionary<string, byte[]>> _atCheckpoint = [];
    private long _clock;

    public Dictionary<string, byte[]> Model { get; private set; } = [];

    public void Step(StoreWriter writer) => Assert.True(TryStep(writer), $"seed {seed}: a write was refused");

    /// <summary>One write; false when the disk refused it, and then the model has not changed either.</summary>
    public bool TryStep(StoreWriter writer)
    {
        var key = $"key-{_random.Next(keys)}";
        var name = Encoding.UTF8.GetBytes(key);
        switch (_random.Next(10))
        {
            case 0:
                return TryDrop(writer, key, name);
            case < 5:
                var append = new AppendByte { Value = (byte)_random.Next(256), Times = _random.Next(1, 40) };
                if (IsRefused(writer.Update(name, ref append), StoreStatus.Applied)) return false;
                Model[key] = [.. Model.GetValueOrDefault(key, []), .. Enumerable.Repeat(append.Value, append.Times)];
                return Model[key].Length <= 2000 || TryDrop(writer, key, name);
            default:
                var row = new byte[_random.Next(300)];
                _random.NextBytes(row);
                if (IsRefused(writer.Upsert(name, 1, ++_clock, 0, row), StoreStatus.Applied)) return false;
                Model[key] = row;
                return true;
        }
    }

    /// <summary>Remembers the state under the position of a checkpoint that begins now.</summary>
    public string Mark()
    {
        var position = $"position-{_atCheckpoint.Count}";
        _atCheckpoint.Add(position, new Dictionary<string, byte[]>(Model));
        return position;
    }

    /// <summary>Asserts that the store holds what it held at that position, row by row, and goes on from there; none means empty.</summary>
    public void ReturnTo(string? position, FasterTable table)
    {
        Model = position is null ? [] : new Dictionary<string, byte[]>(_atCheckpoint[position]);
        AssertEqual(table);
    }

    public void AssertEqual(FasterTable table)
    {
        for (var i = 0; i < keys; i++)
        {
            var key = $"key-{i}";
            var reader = default(CopiedRow);
            var found = table.TryRead(Encoding.UTF8.GetBytes(key), ref reader);
            Assert.True(found == Model.ContainsKey(key), $"seed {seed}: {key} is {(found ? "there" : "missing")}");
            if (found) Assert.True(reader.Row.AsSpan().SequenceEqual(Model[key]), $"seed {seed}: {key} has another row");
        }
        Assert.Equal(Model.Count, table.Rows);
    }

    private bool TryDrop(StoreWriter writer, string key, byte[] name)
    {
        if (IsRefused(writer.Delete(name), Model.ContainsKey(key) ? StoreStatus.Applied : StoreStatus.Unchanged)) return false;
        Model.Remove(key);
        return true;
    }

    private static bool IsRefused(StoreStatus status, StoreStatus expected)
    {
        if (status is StoreStatus.DiskFull or StoreStatus.DiskFailed) return true;
        Assert.Equal(expected, status);
        return false;
    }

    private struct AppendByte : IRowUpdater
    {
        public byte Value;
        public int Times;

        public readonly int MaxBytes(bool exists, in RecordHeader current, ReadOnlySpan<byte> row) => row.Length + Times;

        public readonly int Update(bool exists, ref RecordHeader header, ReadOnlySpan<byte> row, Span<byte> next)
        {
            row.CopyTo(next);
            next.Slice(row.Length, Times).Fill(Value);
            return row.Length + Times;
        }
    }
}
