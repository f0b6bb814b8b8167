namespace Appliance.Host.Rest;

/// <summary>
/// Maps a path to a handler for one method. Other methods of the same path reach <paramref name="refuse"/>, which can answer 405 in the
/// body that the API's callers parse; the framework's own 405 has none.
/// </summary>
internal sealed class MethodRoutes(IEndpointRouteBuilder routes, Func<HttpContext, Task> refuse)
{
    /// <summary>HEAD is answered as GET is, without the body: load balancers probe with it.</summary>
    public void Get(string pattern, RequestDelegate handler) => routes.Map(pattern, (RequestDelegate)(context =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? handler(context) : RefuseAsync(context, "GET, HEAD")));

    public void Post(string pattern, RequestDelegate handler) => routes.Map(pattern, (RequestDelegate)(context =>
        HttpMethods.IsPost(context.Request.Method) ? handler(context) : RefuseAsync(context, "POST")));

    /// <summary>Any method.</summary>
    public void Any(string pattern, RequestDelegate handler) => routes.Map(pattern, handler);

    private Task RefuseAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return refuse(context);
    }
}
