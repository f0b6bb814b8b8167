using System.Buffers.Binary;

namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>
/// The account of what a server has sent on one connection; fails on frames that no server may send to a client which has not asked for
/// them. Not thread-safe.
/// </summary>
public sealed class ReceivedFrames(int headerTable)
{
    private readonly Dictionary<int, Answer> _answers = [];
    private readonly HpackReader _hpack = new(headerTable);
    private readonly List<byte> _block = [];
    private (int Stream, bool EndsStream)? _openBlock;

    /// <summary>Whether the server has sent its settings, be they none.</summary>
    public bool HasSettings { get; private set; }

    /// <summary>What the server has announced.</summary>
    public Dictionary<SettingId, uint> ServerSettings { get; } = [];

    public SendWindows Windows { get; } = new();

    /// <summary>The GOAWAY that came last; null before the first.</summary>
    public Frame? LastGoAway { get; private set; }

    public ErrorCode? GoAwayCode => LastGoAway is { } frame ? (ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(4)) : null;

    public int SettingsAcks { get; private set; }

    public Answer AnswerTo(int stream)
    {
        if (!_answers.TryGetValue(stream, out var answer))
        {
            _answers.Add(stream, answer = new Answer());
        }
        return answer;
    }

    public void Add(Frame frame)
    {
        Assert.Equal(_openBlock is not null, frame.Type == FrameType.Continuation);
        switch (frame.Type)
        {
            case FrameType.Headers:
                Assert.False(frame.Has(RawFrames.Padded) || frame.Has(RawFrames.HasPriority), "Headers of a kind that this client does not read.");
                AddFields(frame, frame.EndsStream);
                break;
            case FrameType.Continuation:
                Assert.Equal(_openBlock!.Value.Stream, frame.Stream);
                AddFields(frame, _openBlock.Value.EndsStream);
                break;
            case FrameType.Data:
                Assert.False(frame.Has(RawFrames.Padded), "Data of a kind that this client does not read.");
                AnswerTo(frame.Stream).AddData(frame.Payload, frame.EndsStream);
                break;
            case FrameType.ResetStream:
                AnswerTo(frame.Stream).End((ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(frame.Payload));
                break;
            case FrameType.Settings when frame.Has(RawFrames.Ack):
                SettingsAcks++;
                break;
            case FrameType.Settings:
                ReadSettings(frame.Payload);
                break;
            case FrameType.WindowUpdate:
                Windows.Give(frame.Stream, BinaryPrimitives.ReadInt32BigEndian(frame.Payload));
                break;
            case FrameType.GoAway:
                LastGoAway = frame;
                break;
            case FrameType.PushPromise:
                Assert.Fail("The server promises what nobody asked for.");
                break;
        }
    }

    private void AddFields(Frame frame, bool endsStream)
    {
        _block.AddRange(frame.Payload);
        _openBlock = (frame.Stream, endsStream);
        if (frame.Has(RawFrames.EndHeaders))
        {
            AnswerTo(frame.Stream).AddFields(_hpack.Read(_block.ToArray()), endsStream);
            _block.Clear();
            _openBlock = null;
        }
    }

    private void ReadSettings(byte[] payload)
    {
        HasSettings = true;
        for (var at = 0; at < payload.Length; at += 6)
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at));
            ServerSettings[id] = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at + 2));
        }
        Windows.Initial = (int)ServerSettings.GetValueOrDefault(SettingId.InitialWindowSize, (uint)SendWindows.Default);
    }
}
