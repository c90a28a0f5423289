using Quorate.Coordinator.Environment;

namespace Quorate.Node.Storage.Segments;

/// <summary>
/// One kind of blocking work that runs beside the loop, again and again but not twice at once, and reports back on the
/// loop. Made once, so that running it allocates nothing.
/// </summary>
internal sealed class WorkerJob
{
    private readonly ILoop _loop;
    private readonly IWorker _worker;
    private readonly Action _work;
    private readonly Action<Exception?> _done;
    private readonly Action _run;
    private readonly Action _report;
    private readonly Lock _gate = new(); // the worker's run against CompleteNow, nothing else
    private State _state;
    private Exception? _failure;

    /// <summary>Runs nothing before <see cref="Start"/>.</summary>
    /// <param name="loop">Where it is started and reports.</param>
    /// <param name="worker">Where it runs.</param>
    /// <param name="work">Runs on the worker; what it throws goes to <paramref name="done"/>.</param>
    /// <param name="done">Runs on the loop after it.</param>
    public WorkerJob(ILoop loop, IWorker worker, Action work, Action<Exception?> done)
    {
        (_loop, _worker, _work, _done) = (loop, worker, work, done);
        _run = () =>
        {
            RunIfWanted();
            _loop.Post(_report!);
        };
        _report = Report;
    }

    private enum State
    {
        Idle,
        Wanted,
        Done,
    }

    public bool IsRunning => _state != State.Idle;

    public void Start()
    {
        if (IsRunning) throw new InvalidOperationException("The job runs already.");
        _state = State.Wanted;
        _worker.Run(_run);
    }

    /// <summary>Waits for a run under way, or does here what the worker has not begun; then reports at once.</summary>
    public void CompleteNow()
    {
        RunIfWanted();
        Report();
    }

    private void RunIfWanted()
    {
        lock (_gate)
        {
            if (_state != State.Wanted) return;
            try
            {
                _failure = null;
                _work();
            }
            catch (Exception failure)
            {
                _failure = failure;
            }

            _state = State.Done;
        }
    }

    private void Report()
    {
        if (_state != State.Done) return;
        _state = State.Idle;
        _done(_failure);
    }
}
