using System.CommandLine;
using System.Text.Json.Nodes;

namespace Infernet.Cli.Jobs;

/// <summary>A flag of <c>job submit</c> that sets one field of the specification.</summary>
/// <param name="Option">The flag.</param>
/// <param name="Section">The object that holds the field; empty for the specification itself.</param>
/// <param name="Field">The field's name.</param>
/// <param name="Read">The value that was given; null if none was.</param>
internal sealed record SpecificationFlag(
    Option Option, string Section, string Field, Func<ParseResult, JsonNode?> Read)
{
    /// <summary>Puts the value that was given into the specification.</summary>
    public void Apply(ParseResult parsed, JsonObject specification)
    {
        if (Read(parsed) is not { } value)
        {
            return;
        }

        JsonObject holder = specification;
        if (Section.Length > 0)
        {
            if (specification[Section] is not JsonObject section)
            {
                specification[Section] = section = [];
            }

            holder = section;
        }

        holder[Field] = value;
    }
}
