using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Host.Tests;

/// <summary>Traffic control and rollouts of test models, kept in memory alone.</summary>
internal static class TrafficServices
{
    public static IServiceCollection AddTestTraffic(this IServiceCollection services, TestModels models, IModelLifecycle lifecycle)
    {
        var control = new TrafficControl(models.Traffic, lifecycle);
        return services
            .AddSingleton(control)
            .AddSingleton(new RolloutController(models.Traffic, control, lifecycle, models.Directory, "", models.Time, NullLogger<RolloutController>.Instance));
    }
}
