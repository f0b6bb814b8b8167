using Appliance.Host.Security.Audit;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Appliance.Host.Security.Tls;
using Appliance.Http2.Calls;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Host.Security;

/// <summary>Puts security together: of what is not configured nothing is made but the guard in front of administration.</summary>
internal static class SecurityRegistration
{
    /// <summary>Needs a clock and the envelopes of the business calls.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services, SecurityOptions options)
    {
        services.AddSingleton(options).AddSingleton<SecurityMetrics>().AddSingleton<RefusalReply>().AddSingleton<CallGuard>();
        if (options.UsesTls) services.AddSingleton<TlsCertificates>().AddSingleton<IReloaded>(s => s.GetRequiredService<TlsCertificates>());
        if (options.AuditFolder.Length > 0) services.AddSingleton(s => new AuditLog(options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AuditLog>>()));
        if (options.AsksForCallers)
        {
            services.AddSingleton<Principals>().AddSingleton<IReloaded>(s => s.GetRequiredService<Principals>()).AddSingleton<CallerIdentity>();
            services.AddSingleton<Func<ConnectionContext, UnaryCallers>>(s =>
            {
                var identity = s.GetRequiredService<CallerIdentity>();
                return connection => new ConnectionCallers(identity, connection.Features.Get<CertificateNames>());
            });
        }
        if (options.UsesTls || options.AsksForCallers) services.AddHostedService<SecurityWorker>();
        if (options.AsksForCallers || options.AuditFolder.Length > 0)
        {
            services.AddSingleton<GrpcGuard>();
            services.AddGrpc(o => o.Interceptors.Add<GrpcGuard>());
        }
        return services;
    }

    /// <summary>Reads the files and opens the audit log, before a port opens.</summary>
    /// <exception cref="SecurityFileException">One cannot be used.</exception>
    public static void StartSecurity(this IServiceProvider services)
    {
        services.GetService<TlsCertificates>();
        services.GetService<Principals>();
        services.GetService<AuditLog>();
    }
}
