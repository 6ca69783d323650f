using System.Text;
using System.Text.Json;
using Dapper;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>The jobs that were submitted here, and their inputs.</summary>
internal sealed class JobTable(JournalStore store)
{
    private const string Columns =
        "id, job, created_ms, started_ms, finished_ms, state, specification, model_cid, total, runs, status";

    /// <summary>Adds a job with all of its inputs; durable when it returns.</summary>
    /// <returns>The record with its row.</returns>
    public async Task<JobRecord> AddAsync(
        JobRecord job, IReadOnlyList<string?> names, IReadOnlyList<Item> items, JobInput first,
        CancellationToken cancellationToken)
    {
        // A specification without inputs is none: the first stands for all, which are in a table of their own.
        string specification = Encoding.UTF8.GetString(
            JobSpecificationWriter.WriteJson(job.Specification with { Inputs = [first] }));
        long row = 0;
        await store.WriteAsync(
            connection =>
            {
                row = connection.ExecuteScalar<long>(
                    """
                    INSERT INTO jobs(job, created_ms, started_ms, state, specification, model_cid, total, runs)
                    VALUES(@Id, @Created, @Created, @State, @specification, @ModelCid, @Total, @Runs)
                    RETURNING id
                    """,
                    new
                    {
                        job.Id, Created = job.CreatedAt.ToUnixTimeMilliseconds(), job.State, specification,
                        job.ModelCid, job.Total, job.Runs,
                    });
                InsertInputs(connection, row, names, items);
            },
            cancellationToken).ConfigureAwait(false);
        return job with { Row = row };
    }

    /// <summary>Moves a job that goes on to another state.</summary>
    public Task SetStateAsync(long row, string state, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute("UPDATE jobs SET state = @state WHERE id = @row", new { row, state }),
        cancellationToken);

    /// <summary>Ends a job.</summary>
    public Task FinishAsync(
        long row, JobStatus status, DateTimeOffset finishedAt, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                "UPDATE jobs SET state = @State, finished_ms = @finished, status = @json WHERE id = @row",
                new
                {
                    row, status.State, finished = finishedAt.ToUnixTimeMilliseconds(),
                    json = JsonSerializer.Serialize(status, ApiJson.Default.JobStatus),
                }),
            cancellationToken);

    /// <summary>Counts one more start of a job.</summary>
    /// <param name="row">Which job.</param>
    /// <param name="startedAt">The time from which its deadline counts now; null to leave it.</param>
    /// <param name="cancellationToken">Gives up waiting; the change may be made all the same.</param>
    /// <returns>Which start it is, from 1.</returns>
    public async Task<int> BeginRunAsync(long row, DateTimeOffset? startedAt, CancellationToken cancellationToken)
    {
        int run = 0;
        await store.WriteAsync(
            connection => run = connection.ExecuteScalar<int>(
                """
                UPDATE jobs SET runs = runs + 1, state = @Matching, finished_ms = NULL, status = NULL,
                    started_ms = coalesce(@started, started_ms)
                WHERE id = @row RETURNING runs
                """,
                new { row, JobState.Matching, started = startedAt?.ToUnixTimeMilliseconds() }),
            cancellationToken).ConfigureAwait(false);
        return run;
    }

    /// <summary>All jobs, the newest first.</summary>
    public IReadOnlyList<JobRecord> List() => store.Read(connection =>
        connection.Query<Row>($"SELECT {Columns} FROM jobs ORDER BY id DESC").Select(ToRecord).ToList());

    /// <summary>The jobs whose ids begin with these hexadecimal digits; two at most.</summary>
    public IReadOnlyList<JobRecord> Find(string prefix) => store.Read(connection =>
        connection.Query<Row>(
            $"SELECT {Columns} FROM jobs WHERE lower(hex(job)) LIKE @prefix || '%' LIMIT 2", new { prefix })
            .Select(ToRecord).ToList());

    /// <summary>The jobs that were under way when the node stopped.</summary>
    public IReadOnlyList<JobRecord> Unfinished() => store.Read(connection =>
        connection.Query<Row>(
            $"SELECT {Columns} FROM jobs WHERE finished_ms IS NULL ORDER BY id").Select(ToRecord).ToList());

    /// <summary>The inputs with these indices, in their order.</summary>
    public IReadOnlyList<Item> Inputs(long row, IReadOnlyList<int> indices) => store.Read(connection =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT input FROM inputs WHERE job = $job AND item = $item";
        command.Parameters.AddWithValue("$job", row);
        SqliteParameter item = command.Parameters.Add("$item", SqliteType.Integer);
        var items = new List<Item>(indices.Count);
        foreach (int index in indices)
        {
            item.Value = index;
            items.Add(command.ExecuteScalar() is byte[] bytes
                ? Item.Parser.ParseFrom(bytes)
                : throw new JournalException($"Input {index} of a job is missing in the journal"));
        }

        return items;
    });

    /// <summary>The size of each input's message in bytes, by index.</summary>
    public int[] InputSizes(long row) => store.Read(connection =>
        connection.Query<int>(
            "SELECT length(input) FROM inputs WHERE job = @row ORDER BY item", new { row }).ToArray());

    /// <summary>The most tokens that each input can have, by index.</summary>
    public long[] PromptBounds(long row) => store.Read(connection =>
        connection.Query<byte[]>(
            "SELECT input FROM inputs WHERE job = @row ORDER BY item", new { row }, buffered: false)
            .Select(input => (long)UsageBound.PromptTokens(Item.Parser.ParseFrom(input))).ToArray());

    /// <summary>Changes what a job may pay.</summary>
    public Task SetBudgetAsync(long row, JobSpecification specification, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                "UPDATE jobs SET specification = json_set(specification, '$.budget', @Budget) WHERE id = @row",
                new { row, specification.Budget }),
            cancellationToken);

    private static void InsertInputs(
        SqliteConnection connection, long row, IReadOnlyList<string?> names, IReadOnlyList<Item> items)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO inputs(job, item, name, input) VALUES($job, $item, $name, $input)";
        command.Parameters.AddWithValue("$job", row);
        SqliteParameter item = command.Parameters.Add("$item", SqliteType.Integer);
        SqliteParameter name = command.Parameters.Add("$name", SqliteType.Text);
        SqliteParameter input = command.Parameters.Add("$input", SqliteType.Blob);
        for (int i = 0; i < items.Count; i++)
        {
            item.Value = i;
            name.Value = (object?)names[i] ?? DBNull.Value;
            input.Value = Google.Protobuf.MessageExtensions.ToByteArray(items[i]);
            command.ExecuteNonQuery();
        }
    }

    private static JobRecord ToRecord(Row row) => new()
    {
        Row = row.id,
        Id = row.job,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.created_ms),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.started_ms),
        FinishedAt = row.finished_ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        State = row.state,
        Specification = JobSpecificationReader.ReadJson(Encoding.UTF8.GetBytes(row.specification)) with { Inputs = [] },
        ModelCid = row.model_cid,
        Total = (int)row.total,
        Runs = (int)row.runs,
        Status = row.status is null ? null : JsonSerializer.Deserialize(row.status, ApiJson.Default.JobStatus),
    };

    // Named as the columns are, so that they are bound without a map.
#pragma warning disable IDE1006
    private sealed class Row
    {
        public long id { get; set; }

        public byte[] job { get; set; } = [];

        public long created_ms { get; set; }

        public long started_ms { get; set; }

        public long? finished_ms { get; set; }

        public string state { get; set; } = "";

        public string specification { get; set; } = "";

        public string? model_cid { get; set; }

        public long total { get; set; }

        public long runs { get; set; }

        public string? status { get; set; }
    }
#pragma warning restore IDE1006
}
