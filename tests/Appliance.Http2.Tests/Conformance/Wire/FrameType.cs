namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>The frame types of RFC 9113, section 6.</summary>
public enum FrameType : byte
{
    Data,
    Headers,
    Priority,
    ResetStream,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
}
