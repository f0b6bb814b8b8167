using System.Net;
using System.Text;
using FeatureModel.Definitions;

namespace Appliance.Host.Tests.Features;

/// <summary>Moments of rows, alone and in lists, in every form that a data frame has them in.</summary>
public sealed class PushMomentsTests
{
    private const string Definitions = """
        {"entities":[{"name":"device","joinKeys":[{"name":"serial","type":"int64"}]}],
         "sources":[{"name":"seen","kind":"push"}],
         "featureViews":[{"name":"device_seen","kind":"batch","entities":["device"],"source":"seen","features":[{"name":"at","type":"timestamp"},{"name":"all","type":"list<timestamp>"}]}]}
        """;

    [Fact]
    public async Task A_list_takes_the_moments_that_a_single_value_takes()
    {
        await using var host = await StartAsync();
        await host.PushAsync("seen", """{"serial":[1,2],"at":["2026-01-01",1767225600],"all":[["2026-01-01","2026-01-01 10:00:00","2026-01-01T10:00:00+02:00",1767225600,1767225600500],[]]}""", 2);
        var data = FeatureHost.Data(await host.GetAsync("/api/features?entity=device&id=1"));
        Assert.Contains("\"value\":\"2026-01-01T00:00:00Z\"", data);
        Assert.Contains("\"value\":[\"2026-01-01T00:00:00Z\",\"2026-01-01T10:00:00Z\",\"2026-01-01T08:00:00Z\",\"2026-01-01T00:00:00Z\",\"2026-01-01T00:00:00.5", data);
    }

    [Fact]
    public async Task The_element_at_fault_is_named()
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync("/push", """{"push_source_name":"seen","df":{"serial":[1],"at":[null],"all":[["2026-01-01","noon"]]}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.StartsWith("""{"detail":"df.all[0][1] is """, body);
        Assert.Contains("it must be a time like", body);
    }

    private static Task<FeatureHost> StartAsync() => FeatureHost.StartAsync(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test").Definitions);
}
