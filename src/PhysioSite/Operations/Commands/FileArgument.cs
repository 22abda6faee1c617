using System.CommandLine;

namespace PhysioSite.Operations.Commands;

/// <summary>
/// A file argument of a command. A value that starts with a hyphen is rejected so that a mistyped option is not used as a file name.
/// </summary>
internal static class FileArgument
{
    public static Argument<FileInfo> Create(string description)
    {
        var file = new Argument<FileInfo>("file") { Description = description };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] name }])
            {
                result.AddError($"\"{name}\" is not an option of this command. Write ./{name} for a file of that name.");
            }
        });
        return file;
    }
}
