// peer_dagitty.js: one operation of bench_peers through dagitty's JavaScript library.
//
//   node peer_dagitty.js DAGITTY_NODE_JS FOLDER OPERATION
//
// Reads what bench_peers wrote. Prints "ready" when the graph is read, "once" after the first run,
// then CPU milliseconds (median of warm runs) and the answer.
const fs = require("fs")
const path = require("path")
const { GraphAnalyzer, GraphParser, GraphTransformer } = require(path.resolve(process.argv[2]))

const folder = process.argv[3]
const question = JSON.parse(fs.readFileSync(path.join(folder, "question.json"), "utf8"))
const graph = GraphParser.parseGuess(fs.readFileSync(path.join(folder, "graph.txt"), "utf8"))
const vertices = (names) => names.map((name) => graph.getVertex(name))
graph.addSource(graph.getVertex(question.x))
graph.addTarget(graph.getVertex(question.y))

const operations = {
    separation: () =>
        Number(!GraphAnalyzer.dConnected(graph, graph.getSources(), graph.getTargets(),
                                         vertices(question.given))),
    test: () => Number(GraphAnalyzer.isAdjustmentSet(graph, vertices(question.canonical))),
    minimal: () => {
        const back = GraphTransformer.backDoorGraph(graph)
        const forbidden = GraphAnalyzer.dpcp(graph).map((v) => back.getVertex(v.id))
        return Number(GraphAnalyzer.findMinimalSeparator(back, null, null, [], forbidden) !== false)
    },
    minimal10: () => GraphAnalyzer.listMsasTotalEffect(graph, [], [], 10).length,
}

const cpu = () => {
    const used = process.cpuUsage()
    return (used.user + used.system) / 1000
}
const run = operations[process.argv[4]]
console.log("ready")
const answer = run()
console.log("once")
const begin = cpu()
// The compiler of the engine settles before anything is timed.
let warm = 0
while (warm < 300 && cpu() - begin < 1000) {
    run()
    warm++
}
// Batches of a millisecond or more, since the clock counts microseconds.
const batch = Math.max(1, Math.ceil(warm / Math.max(1, cpu() - begin)))
const times = []
const start = cpu()
while (times.length < 3 || (times.length < 300 && cpu() - start < 500)) {
    const before = cpu()
    for (let i = 0; i < batch; i++) run()
    times.push((cpu() - before) / batch)
}
times.sort((a, b) => a - b)
console.log(times[times.length >> 1], answer)
