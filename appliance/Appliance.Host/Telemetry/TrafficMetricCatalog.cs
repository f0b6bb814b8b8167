using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry;

/// <summary>Every metric of split traffic, in the order of the page, behind those of the appliance as a whole; where nothing was split there are none.</summary>
internal static class TrafficMetricCatalog
{
    public static readonly MetricDefinition Share = OfArm(
        "appliance_traffic_share_ratio", Gauge, "1",
        "Share of the model's requests that the arm is to get, of a shadow: that are copied to it; 0 to 1.");
    public static readonly MetricDefinition Requests = OfArm(
        "appliance_traffic_requests_total", Counter, "{request}",
        "Requests that the split gave to the version, and copies that a shadow ran, by how they ended. Requests that name their version are not counted here.", "status");
    public static readonly MetricDefinition Durations = OfArm(
        "appliance_traffic_request_duration_seconds", Histogram, "s",
        "Answered ones by their time, from having the whole request to having the answer.");
    public static readonly MetricDefinition Rerouted = OfModel(
        "appliance_traffic_rerouted_total", Counter, "{request}",
        "Requests that fell to an arm that was not ready, and were given to the others.");
    public static readonly MetricDefinition ShadowCompared = OfModel(
        "appliance_traffic_shadow_compared_total", Counter, "{row}",
        "Rows whose score was compared with the served one, by the result. disagreed: it differed by more than the tolerance.", "result");
    public static readonly MetricDefinition ShadowDropped = OfModel(
        "appliance_traffic_shadow_dropped_total", Counter, "{request}",
        "Copies that were not made or not run. busy: too many waited; too_large: the request was; away: the version was not ready.", "reason");
    public static readonly MetricDefinition ShadowWaiting = OfModel(
        "appliance_traffic_shadow_waiting", Gauge, "{request}",
        "Copies that wait or run.");
    public static readonly MetricDefinition RolloutState = new(
        "appliance_rollout_state", Gauge, "1",
        "1 for the state that the model's latest rollout is in, 0 for the others.", "model", "state");
    public static readonly MetricDefinition RolloutStep = new(
        "appliance_rollout_step", Gauge, "{step}",
        "The step that the model's latest rollout is in, or ended in, from 1.", "model");

    public static IReadOnlyList<MetricDefinition> All { get; } =
        [Share, Requests, Durations, Rerouted, ShadowCompared, ShadowDropped, ShadowWaiting, RolloutState, RolloutStep];

    private static MetricDefinition OfModel(string name, MetricKind kind, string unit, string help, params string[] more) =>
        new(name, kind, unit, help, ["model", "version", .. more]);

    private static MetricDefinition OfArm(string name, MetricKind kind, string unit, string help, params string[] more) =>
        OfModel(name, kind, unit, help, ["role", .. more]);
}
