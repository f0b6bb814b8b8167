using System.Buffers.Binary;
using Appliance.Http2.Frames;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

/// <summary>The frames that are about the connection, or about what may be sent.</summary>
internal sealed partial class Http2Connection
{
    private Http2ErrorCode TakeSettings(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId != 0) return Http2ErrorCode.ProtocolError;
        if (header.Has(FrameFlags.Ack)) return payload.IsEmpty ? Http2ErrorCode.NoError : Http2ErrorCode.FrameSizeError;
        if (payload.Length % 6 != 0) return Http2ErrorCode.FrameSizeError;
        _settingsRead = true;
        CountCostly();
        // Every value is checked, the last of each kind applied: a frame of window sizes would else go through all streams for each of them.
        uint? window = null;
        for (; !payload.IsEmpty; payload = payload[6..])
        {
            var (id, value) = ((SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
            var error = Check(id, value);
            if (error != Http2ErrorCode.NoError) return error;
            if (id == SettingId.InitialWindowSize) window = value;
            if (id != SettingId.HeaderTableSize) continue;
            lock (Output.Gate) Replies.TableSizeChanged(value);
        }
        lock (Output.Gate)
        {
            if (window is { } size && !SendFlow.TryChangeInitial((int)size, _streams.Values)) return Http2ErrorCode.FlowControlError;
            Output.SettingsAck();
        }
        return Http2ErrorCode.NoError;
    }

    private static Http2ErrorCode Check(SettingId id, uint value) => id switch
    {
        SettingId.EnablePush when value > 1 => Http2ErrorCode.ProtocolError,
        SettingId.InitialWindowSize when value > int.MaxValue => Http2ErrorCode.FlowControlError,
        SettingId.MaxFrameSize when value is < 16384 or > 16777215 => Http2ErrorCode.ProtocolError,
        _ => Http2ErrorCode.NoError,
    };

    private Http2ErrorCode TakePing(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId != 0) return Http2ErrorCode.ProtocolError;
        if (payload.Length != 8) return Http2ErrorCode.FrameSizeError;
        if (!header.Has(FrameFlags.Ack)) Output.PingAck(payload);
        else if (payload.SequenceEqual(Heard)) _hasHeard = true;
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode TakeWindowUpdate(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 4) return Http2ErrorCode.FrameSizeError;
        if (header.StreamId != 0 && IsIdle(header.StreamId)) return Http2ErrorCode.ProtocolError;
        var increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        Http2Stream? stream = null;
        if (header.StreamId != 0 && !TryFind(header.StreamId, out stream)) return Http2ErrorCode.NoError;
        if (increment == 0)
        {
            if (stream is null) return Http2ErrorCode.ProtocolError;
            Fault(stream, Http2ErrorCode.ProtocolError);
            return Http2ErrorCode.NoError;
        }
        bool opened;
        lock (Output.Gate) opened = stream is null ? SendFlow.TryOpen(increment) : SendFlow.TryOpen(stream, increment);
        if (opened) return Http2ErrorCode.NoError;
        if (stream is null) return Http2ErrorCode.FlowControlError;
        Fault(stream, Http2ErrorCode.FlowControlError);
        return Http2ErrorCode.NoError;
    }
}
