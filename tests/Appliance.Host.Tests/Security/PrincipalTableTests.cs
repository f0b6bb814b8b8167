using System.Text;
using Appliance.Host.Security.Keys;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class PrincipalTableTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_key_finds_its_principal_and_no_other_key_does()
    {
        var (shop, other) = (ApiKey.Create(), ApiKey.Create());
        var table = Table(Entry("shop", shop, "score"), Entry("other", other, "read"));
        Assert.Equal("shop", Find(table, shop)!.Name);
        Assert.Equal(Rights.Read, Find(table, other)!.Rights);
        Assert.Null(Find(table, ApiKey.Create()));
        Assert.Null(Find(table, shop[..^1]));
        Assert.Null(Find(table, shop + "x"));
        Assert.Null(Find(table, ApiKey.HashOf(shop)[..ApiKey.Length]));
    }

    [Fact]
    public void Keys_are_random_and_of_one_length()
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(_ => ApiKey.Create())];
        Assert.Equal(100, keys.Distinct().Count());
        Assert.All(keys, k => Assert.Matches("^apl_[A-Za-z0-9_-]{43}$", k));
        Assert.All(keys, k => Assert.Equal(ApiKey.Length, k.Length));
    }

    [Theory]
    [InlineData("Bearer abc", "", "abc")]
    [InlineData("bearer  abc ", "", "abc")]
    [InlineData("Bearer abc", "xyz", "xyz")]
    [InlineData("Basic abc", "", "")]
    [InlineData("Bearer", "", "")]
    [InlineData("", "", "")]
    public void A_key_is_shown_by_either_header(string authorization, string apiKey, string shown) =>
        Assert.Equal(shown, Encoding.ASCII.GetString(ApiKey.Shown(Encoding.ASCII.GetBytes(authorization), Encoding.ASCII.GetBytes(apiKey))));

    [Theory]
    [InlineData("score", Rights.Score)]
    [InlineData("read", Rights.Read)]
    [InlineData("operate", Rights.Operate | Rights.Read)]
    [InlineData("admin", Rights.Admin | Rights.Operate | Rights.Read | Rights.Score)]
    [InlineData("score,operate", Rights.Score | Rights.Operate | Rights.Read)]
    public void Roles_add_up(string roles, object rights) => Assert.Equal((Rights)rights, new Principal(new KeyEntry { Name = "a", Roles = roles.Split(',') }, null).Rights);

    [Fact]
    public void A_principal_limited_to_models_may_use_those_and_nothing_that_is_about_none()
    {
        var limited = new Principal(new KeyEntry { Name = "a", Roles = ["score"], Models = ["churn", "会员"] }, null);
        Assert.True(limited.IsLimitedToModels);
        Assert.True(limited.MayUse("churn") && limited.MayUse("会员"u8) && limited.MayUse("churn"u8));
        Assert.False(limited.MayUse("Churn") || limited.MayUse("churn2"u8) || limited.MayUse((string?)null) || limited.MayUse("") || limited.MayUse(""u8));
        Assert.False(limited.MayUse(new byte[100_000]));
        Assert.True(new Principal(new KeyEntry { Name = "b", Roles = ["score"] }, null).MayUse((string?)null));
    }

    [Fact]
    public void Reading_the_file_again_gives_nobody_a_new_budget_unless_its_rate_changed()
    {
        var key = ApiKey.Create();
        var entry = Entry("shop", key, "score");
        entry.RequestsPerSecond = 1;
        var before = Table(entry);
        Assert.True(Find(before, key)!.Budget!.TryTake(out _));
        var after = PrincipalTable.Create(new KeysDocument { Principals = [entry] }, 0, before, _time);
        Assert.False(Find(after, key)!.Budget!.TryTake(out _));
        entry.RequestsPerSecond = 2;
        Assert.True(Find(PrincipalTable.Create(new KeysDocument { Principals = [entry] }, 0, after, _time), key)!.Budget!.TryTake(out _));
    }

    [Fact]
    public void The_appliance_s_rate_is_that_of_entries_that_say_nothing()
    {
        var (usual, free) = (Entry("usual", ApiKey.Create(), "score"), Entry("free", ApiKey.Create(), "score"));
        free.RequestsPerSecond = 0;
        var table = PrincipalTable.Create(new KeysDocument { Principals = [usual, free] }, 7, null, _time);
        Assert.Equal(["usual"], table.Budgets.Keys);
        Assert.Equal(7, table.Budgets["usual"].RequestsPerSecond);
    }

    [Fact]
    public void One_key_or_certificate_is_of_one_principal()
    {
        var key = ApiKey.Create();
        Assert.Contains("'b' is another's too", Assert.Throws<InvalidDataException>(() => Table(Entry("a", key, "score"), Entry("b", key, "read"))).Message);
        Assert.Contains("is there twice", Assert.Throws<InvalidDataException>(() => Table(Certified("a", "CN=x, O=y"), Certified("b", "CN=x,O=y"))).Message);
    }

    private PrincipalTable Table(params KeyEntry[] entries) => PrincipalTable.Create(new KeysDocument { Principals = [.. entries] }, 0, null, _time);

    private static Principal? Find(PrincipalTable table, string key) => table.FindByKey(Encoding.ASCII.GetBytes(key));

    private static KeyEntry Entry(string name, string key, string role) => new() { Name = name, Roles = [role], KeySha256 = ApiKey.HashOf(key) };

    private static KeyEntry Certified(string name, string certificate) => new() { Name = name, Roles = ["score"], Certificate = certificate };
}
