using System.Buffers.Binary;

namespace Appliance.LoadGen.Http2;

/// <summary>What the peer allows (RFC 9113, section 6.5.2). Owned by one connection, under its lock.</summary>
internal sealed class PeerSettings
{
    public const byte HeaderTableSize = 1;
    public const byte EnablePush = 2;
    public const byte MaxStreams = 3;
    public const byte InitialWindowSize = 4;

    private long _tableSize = 4096;
    private long _streamWindow = Http2Limits.DefaultWindow;

    public bool HasArrived { get; private set; }

    public long MaxConcurrentStreams { get; private set; } = int.MaxValue;

    public void Apply(ReadOnlySpan<byte> payload)
    {
        HasArrived = true;
        for (; payload.Length >= 6; payload = payload[6..])
        {
            long value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case HeaderTableSize:
                    _tableSize = value;
                    break;
                case MaxStreams:
                    MaxConcurrentStreams = value;
                    break;
                case InitialWindowSize:
                    _streamWindow = value;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Refuses a request that would need more than this client does: it never splits one request over window updates.</summary>
    public void Check(RequestTemplate template)
    {
        if (template.BodyLength > _streamWindow)
        {
            throw new IOException($"The body has {template.BodyLength} bytes; the server's stream window of {_streamWindow} must hold it whole.");
        }
        if (template.TableBytes > _tableSize)
        {
            throw new IOException($"The headers need {template.TableBytes} bytes of header table; the server allows {_tableSize}.");
        }
    }
}
