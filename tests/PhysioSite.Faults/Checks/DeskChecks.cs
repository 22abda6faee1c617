namespace PhysioSite.Faults.Checks;

/// <summary>Compares what staff did and were told with the history of the requests in the database.</summary>
internal sealed class DeskChecks(Books books, DeskLedger desk)
{
    private const string Viewed = "Viewed";

    public IEnumerable<Problem> Problems()
    {
        var stored = books.Requests.SelectMany(same => same).SelectMany(request => request.Events
            .Where(happened => happened.By is not null && happened.Kind != Viewed)
            .Select(happened => (request.Reference, happened.Kind, happened.By, Note: ReadNote(happened))))
            .ToLookup(happened => happened);
        var sent = desk.Changes.ToDictionary(change => (change.Reference, change.Kind, (string?)change.By, (string?)change.Note));
        foreach (var (key, change) in sent)
        {
            if (change.IsAcknowledged && !stored.Contains(key))
            {
                yield return new Problem("a change of a request that was acknowledged to staff is not stored", change.Reference);
            }
        }

        foreach (var same in stored)
        {
            if (same.Count() > 1)
            {
                yield return new Problem("a change of a request is stored several times", same.Key.Reference);
            }

            if (!sent.ContainsKey(same.Key))
            {
                yield return new Problem("the history of a request has what no member of staff did", same.Key.Reference);
            }
        }
    }

    private string? ReadNote(StoredEvent happened) => happened.Note is { } note ? books.Keys.Read(note)?.GetString() : null;
}
