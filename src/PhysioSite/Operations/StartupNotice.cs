using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.Telemetry;
using PhysioSite.Web;

namespace PhysioSite.Operations;

/// <summary>Writes the site's addresses and file locations to the console once the server is listening.</summary>
internal sealed partial class StartupNotice(
    IHostApplicationLifetime lifetime, IHostEnvironment environment, IServiceScopeFactory scopes,
    SiteAddress address, DataFolder folder, IEmailTransport transport, ILogger<StartupNotice> log) : IHostedService
{
    private Task _printing = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _printing = PrintAsync());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _printing.WaitAsync(cancellationToken);

    /// <summary>Returns what an operator should change, or null if the fault is in the program itself.</summary>
    public static string? Explain(Exception fault) => fault switch
    {
        StartupException or ContentException => fault.Message,
        IOException { InnerException: AddressInUseException } =>
            $"{fault.Message} Stop the other program, or set ASPNETCORE_URLS to another address.",
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => fault.Message,
        OptionsValidationException options => string.Join('\n', options.Failures),
        AggregateException all when all.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            string.Join('\n', all.InnerExceptions.Select(Explain)),
        _ => null,
    };

    private async Task PrintAsync()
    {
        try
        {
            Console.WriteLine(
                $"\n  PhysioSite  {address.Link("/")}\n  Version     {SiteTelemetry.Version}\n  Data        {folder.Path}\n"
                + $"  Email       {transport.Description}");
            await using var scope = scopes.CreateAsyncScope();
            var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
            if (!await directory.HasAdministratorAsync())
            {
                Console.WriteLine(environment.IsDevelopment()
                    ? "  First administrator, set your password here (works once, for a day):\n"
                        + $"              {directory.FirstAdministratorLink()}"
                    : "  There is no administrator yet. Run the program with the argument \"admin-link\" for a link that makes one.");
            }

            Console.WriteLine();
        }
        catch (Exception e)
        {
            LogNotPrinted(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The start-up notice could not be printed")]
    private partial void LogNotPrinted(Exception exception);
}
