using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PhysioSite.Data;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.Features.Staff.Accounts.Passwords;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Features.Staff.Live;
using PhysioSite.Features.Staff.Requests.Details;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Requests.Search;
using PhysioSite.Features.Staff.Requests.Workflow;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Web.Caching;

namespace PhysioSite.Features.Staff;

public static class StaffFeature
{
    /// <summary>OWASP's recommendation for PBKDF2 with HMAC-SHA512. Hashes with fewer iterations are renewed at the next sign-in.</summary>
    private const int HashRounds = 210_000;

    public static IServiceCollection AddStaff(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StaffOptions>().Bind(configuration.GetSection(StaffOptions.Section))
            .Validate(options => options.IdleMinutes is >= 2 and <= 60, "Staff:IdleMinutes must be from 2 to 60.")
            .Validate(options => options.SessionHours is >= 1 and <= 12, "Staff:SessionHours must be from 1 to 12.")
            .ValidateOnStart();

        // Must be registered before Identity, which then does not add its own implementations.
        services.AddScoped<IPasswordValidator<StaffMember>, PasswordRules>();
        services.AddSingleton<ILookupNormalizer, StaffLookupNormalizer>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = HashRounds);
        services.AddIdentityCore<StaffMember>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = "";
                options.Lockout.AllowedForNewUsers = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<SiteDbContext>()
            .AddErrorDescriber<StaffErrorDescriber>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = TimeSpan.FromDays(3));
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, StaffSessionHandler>(IdentityConstants.ApplicationScheme, null);
        services.AddAuthorizationBuilder().AddPolicy(StaffRoles.Administrator, policy => policy.RequireRole(StaffRoles.Administrator));
        services.Configure<PageCacheOptions>(options => options.BypassCookies.Add(StaffSessionHandler.CookieName));
        services.AddHttpContextAccessor();
        services.AddScoped<StaffScope>();
        services.AddScoped<DeskNotices>();
        services.AddSingleton<UndoTokens>();
        services.AddScoped<RequestWorkflow>();
        services.AddScoped<RequestContext>();
        services.AddScoped<RequestErasure>();
        services.AddScoped<RequestSearch>();
        services.AddScoped<QueueReader>();
        services.AddScoped<LikelyDuplicates>();
        services.AddScoped<StaffDirectory>();
        services.AddScoped<StaffSessions>();
        services.AddScoped<StaffSignInService>();
        services.AddLiveUpdates();
        services.AddSingleton<UnstoredSessionChanges>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<KnownDevices>();
        return services;
    }
}
