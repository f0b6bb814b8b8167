namespace Appliance.Host.Tracing;

/// <summary>Traces of requests, sent to a collector. Off by default: see docs/observability.md.</summary>
public sealed class TracingOptions
{
    public const string Section = "Tracing";

    /// <summary>Where traces are sent: the whole address of a collector that takes OTLP over HTTP as protobuf, as http://127.0.0.1:4318/v1/traces. Empty: requests are not traced.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>
    /// Share of the requests without a traceparent of their own that are traced, 0 to 1; those with one are traced as it says. 0.01: a hundredth is
    /// enough to find slow ones at a thousand requests a second.
    /// </summary>
    public double SampleRatio { get; set; } = 0.01;

    /// <summary>File of headers that are sent along, as a key of the collector: a line each, "name: value". Empty: none.</summary>
    public string HeadersFile { get; set; } = "";

    /// <summary>The service's name in the traces.</summary>
    public string ServiceName { get; set; } = "appliance";

    /// <summary>Traced requests that wait to be sent, at most; one more is dropped and counted. 4096: a second of them at the default interval, some 2 MB.</summary>
    public int QueueRequests { get; set; } = 4096;

    /// <summary>Milliseconds for which traces are gathered before they are sent. 1000: what somebody who looks for a trace hardly notices.</summary>
    public int IntervalMilliseconds { get; set; } = 1000;

    /// <summary>Milliseconds after which a collector that does not answer is given up, and what was sent to it counts as failed. 5000.</summary>
    public int TimeoutMilliseconds { get; set; } = 5000;

    internal bool IsOn => Endpoint.Length > 0;
}
