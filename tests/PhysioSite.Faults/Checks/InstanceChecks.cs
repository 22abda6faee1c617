using System.Net;

namespace PhysioSite.Faults.Checks;

/// <summary>Checks that every instance knows the sessions of staff and what the other instances store.</summary>
internal static class InstanceChecks
{
    /// <param name="cluster">A cluster whose instances all run, and to which nobody else sends anything.</param>
    /// <param name="longestUpdate">The longest time in which an open page must be told of a change.</param>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        Cluster cluster, StaffTeam team, ConcurrentPatients patients, TimeSpan longestUpdate, CancellationToken stop) =>
    [
        .. await OfSessionsAsync(cluster, team),
        .. await OfLiveUpdatesAsync(cluster, team, patients, longestUpdate, stop),
    ];

    /// <summary>Each member of staff opens the queue on each instance, with the cookie of the sign-in.</summary>
    private static async Task<IEnumerable<string>> OfSessionsAsync(Cluster cluster, StaffTeam team)
    {
        var problems = new List<string>();
        foreach (var member in team.Members)
        {
            foreach (var instance in cluster.Instances)
            {
                using var browser = DirectHandler.Open(instance.Address, member.Cookies);
                var answer = await browser.GetAsync("/staff");
                if (answer.Status != HttpStatusCode.OK || answer.Page.QuerySelector("#arrivals") is null)
                {
                    problems.Add(StaffMember.SignedOut);
                }
            }
        }

        return problems.Distinct();
    }

    /// <summary>A patient asks through each instance in turn. A page that is open on each of the instances is told each time.</summary>
    private static async Task<IEnumerable<string>> OfLiveUpdatesAsync(
        Cluster cluster, StaffTeam team, ConcurrentPatients patients, TimeSpan longestUpdate, CancellationToken stop)
    {
        var problems = new List<string>();
        foreach (var asked in cluster.Instances)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var pages = cluster.Instances
                .Select((instance, i) => OpenPage.Open(instance.Address, team.Members[i].Cookies, enough.Token)).ToList();
            await Task.WhenAll(pages.Select(page => page.Opened));
            await patients.AskAsync(DirectHandler.Open(asked.Address, new CookieContainer()), stop);
            enough.CancelAfter(longestUpdate);
            var told = await Task.WhenAll(pages.Select(page => page.Told));
            if (told.Any(isTold => !isTold))
            {
                problems.Add("a page of the desk on another instance is not told of a new request");
            }
        }

        return problems.Distinct();
    }

    /// <param name="Opened">Completes with the first event.</param>
    /// <param name="Told">Completes when the page is told of a change, or with false when it is not.</param>
    private sealed record OpenPage(Task Opened, Task<bool> Told)
    {
        public static OpenPage Open(Uri instance, CookieContainer cookies, CancellationToken stop)
        {
            var opened = new TaskCompletionSource();
            return new OpenPage(opened.Task, ListenAsync(instance, cookies, opened, stop));
        }

        private static async Task<bool> ListenAsync(
            Uri instance, CookieContainer cookies, TaskCompletionSource opened, CancellationToken stop)
        {
            using var browser = DirectHandler.Open(instance, cookies);
            try
            {
                await foreach (var item in LiveEvents.ReadAsync(browser, stop))
                {
                    opened.TrySetResult();
                    if (item.EventType == "changed")
                    {
                        return true;
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // Not told.
            }
            finally
            {
                opened.TrySetResult();
            }

            return false;
        }
    }
}
