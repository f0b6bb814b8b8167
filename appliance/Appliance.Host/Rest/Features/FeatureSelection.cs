// Hot path: once per reference of a request.
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Appliance.Host.Rest.Features;

/// <summary>
/// Which features a REST request asks for, as bytes that are the same for the same list: the key under which its plan is found. Reused; not
/// thread-safe.
/// </summary>
internal sealed class FeatureSelection
{
    // No gRPC request can hold these bytes as its selection: no field of a message has the number 0.
    private const byte ListMark = 0, EntityMark = 1;

    private byte[] _bytes = new byte[256];
    private int _length;

    public SelectionKind Kind { get; private set; }

    public ReadOnlySpan<byte> Key => _bytes.AsSpan(0, _length);

    public void Clear()
    {
        Kind = SelectionKind.None;
        _length = 0;
    }

    public void SelectService(string name)
    {
        Clear();
        Kind = SelectionKind.Service;
        Put(name, 0);
    }

    /// <summary>Every view of the entity.</summary>
    public void SelectEntity(string name)
    {
        Clear();
        Kind = SelectionKind.Entity;
        Room(2)[0] = 0;
        _bytes[1] = EntityMark;
        _length = 2;
        Put(name, 0);
    }

    /// <summary>Starts a list; references follow.</summary>
    public void BeginList()
    {
        Clear();
        Kind = SelectionKind.List;
        Room(2)[0] = 0;
        _bytes[1] = ListMark;
        _length = 2;
    }

    public void AddReference(string reference) => Put(reference, sizeof(int));

    /// <summary>Adds the text that the reader stands on; false where it is no Unicode text.</summary>
    public bool TryAddReference(ref Utf8JsonReader reader)
    {
        var room = Room(sizeof(int) + reader.ValueSpan.Length);
        if (!JsonText.TryCopy(in reader, room[sizeof(int)..], out var written) || !Utf8.IsValid(room.Slice(sizeof(int), written))) return false;
        BinaryPrimitives.WriteInt32LittleEndian(room, written);
        _length += sizeof(int) + written;
        return true;
    }

    /// <summary>The references of a list, or the one name of a service.</summary>
    public string[] References()
    {
        if (Kind == SelectionKind.Service) return [Encoding.UTF8.GetString(Key)];
        var references = new List<string>();
        for (var at = 2; at < _length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
            references.Add(Encoding.UTF8.GetString(_bytes, at + sizeof(int), length));
            at += sizeof(int) + length;
        }
        return [.. references];
    }

    private void Put(string text, int prefix)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        var room = Room(prefix + bytes);
        if (prefix > 0) BinaryPrimitives.WriteInt32LittleEndian(room, bytes);
        Encoding.UTF8.GetBytes(text, room[prefix..]);
        _length += prefix + bytes;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        return _bytes.AsSpan(_length);
    }
}
