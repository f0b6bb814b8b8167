namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>The settings of RFC 9113, section 6.5.2.</summary>
public enum SettingId : ushort
{
    HeaderTableSize = 1,
    EnablePush,
    MaxConcurrentStreams,
    InitialWindowSize,
    MaxFrameSize,
    MaxHeaderListSize,
}
