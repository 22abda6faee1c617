namespace PhysioSite.Content;

/// <summary>
/// Saves the content for the next start, while the site already answers: a large group's takes a third of a second. A site that is told to
/// stop waits for the end.
/// </summary>
internal sealed class ContentCopyService(ContentLibrary library) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(library.SaveCopy, CancellationToken.None);
}
