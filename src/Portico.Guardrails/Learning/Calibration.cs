namespace Portico.Guardrails.Learning;

/// <summary>Logistic regression over a few numbers, by Newton's method: the calibration of scores after Platt (1999), and their combination.</summary>
sealed record Calibration(double[] Weights, double Bias)
{
    const int Rounds = 50;

    /// <summary>The log-odds for some numbers.</summary>
    public double Odds(ReadOnlySpan<double> numbers)
    {
        var odds = Bias;
        for (var at = 0; at < numbers.Length; at++)
            odds += Weights[at] * numbers[at];
        return odds;
    }

    /// <param name="rows">Numbers and what they stand for, with what each row counts.</param>
    /// <param name="decay">L2 on the weights.</param>
    public static Calibration Fit(IReadOnlyList<(double[] Numbers, bool IsPositive, double Weight)> rows, double decay = 1)
    {
        var size = rows[0].Numbers.Length + 1;
        var weights = new double[size];
        for (var round = 0; round < Rounds; round++)
        {
            var gradient = new double[size];
            var curve = new double[size, size];
            for (var at = 0; at < size; at++)
            {
                gradient[at] = at < size - 1 ? decay * weights[at] : 0;
                curve[at, at] = decay + 1e-9;
            }
            foreach (var (numbers, isPositive, weight) in rows)
            {
                var odds = weights[^1];
                for (var at = 0; at < size - 1; at++)
                    odds += weights[at] * numbers[at];
                var p = 1 / (1 + Math.Exp(-odds));
                for (var i = 0; i < size; i++)
                {
                    var x = i < size - 1 ? numbers[i] : 1;
                    gradient[i] += weight * (p - (isPositive ? 1 : 0)) * x;
                    for (var j = 0; j < size; j++)
                        curve[i, j] += weight * p * (1 - p) * x * (j < size - 1 ? numbers[j] : 1);
                }
            }
            var step = Solve(curve, gradient);
            for (var at = 0; at < size; at++)
                weights[at] -= step[at];
            if (step.Max(Math.Abs) < 1e-9)
                break;
        }
        return new Calibration(weights[..^1], weights[^1]);
    }

    /// <summary>Gauss's elimination with pivots.</summary>
    static double[] Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        var result = (double[])right.Clone();
        for (var column = 0; column < size; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < size; row++)
                pivot = Math.Abs(matrix[row, column]) > Math.Abs(matrix[pivot, column]) ? row : pivot;
            for (var at = 0; at < size; at++)
                (matrix[column, at], matrix[pivot, at]) = (matrix[pivot, at], matrix[column, at]);
            (result[column], result[pivot]) = (result[pivot], result[column]);
            for (var row = 0; row < size; row++)
            {
                if (row == column)
                    continue;
                var factor = matrix[row, column] / matrix[column, column];
                for (var at = column; at < size; at++)
                    matrix[row, at] -= factor * matrix[column, at];
                result[row] -= factor * result[column];
            }
        }
        for (var at = 0; at < size; at++)
            result[at] /= matrix[at, at];
        return result;
    }
}
