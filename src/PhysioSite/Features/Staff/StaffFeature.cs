using Microsoft.AspNetCore.Identity;
using PhysioSite.Commands;
using PhysioSite.Data;

namespace PhysioSite.Features.Staff;

public static class StaffFeature
{
    /// <summary>A day's work.</summary>
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(8);

    public static IServiceCollection AddStaff(this IServiceCollection services)
    {
        services.AddIdentity<StaffMember, IdentityRole<Guid>>(options =>
            {
                // Length over composition (NIST SP 800-63B).
                options.Password.RequiredLength = 12;
                options.Password.RequiredUniqueChars = 5;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = "";
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
                options.SignIn.RequireConfirmedAccount = true;
            })
            .AddEntityFrameworkStores<SiteDbContext>()
            .AddClaimsPrincipalFactory<StaffPrincipalFactory>()
            .AddDefaultTokenProviders();
        services.AddScoped<IUserConfirmation<StaffMember>, ActiveStaffOnly>();
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = TimeSpan.FromDays(3));
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromMinutes(1));
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = "__Host-staff";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = SessionLength;
            options.SlidingExpiration = false;
            options.LoginPath = "/staff/sign-in";
            options.ReturnUrlParameter = "to";
            options.Events.OnRedirectToAccessDenied = context =>
            {
                // What someone may not see is not there for them.
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            };
        });
        services.AddAuthorizationBuilder().AddPolicy(StaffRoles.Administrator, policy => policy.RequireRole(StaffRoles.Administrator));
        services.AddHttpContextAccessor();
        services.AddScoped<StaffScope>();
        services.AddScoped<StaffDesk>();
        services.AddScoped<ErasureDesk>();
        services.AddScoped<RequestSearch>();
        services.AddScoped<StaffDirectory>();
        services.AddCommand<AdminLinkCommand>();
        return services;
    }
}
