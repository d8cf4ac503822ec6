"""Words of papers that say little of what a paper is about, in which a small corpus is no guide.

In 118 papers "years" and "propose" are as rare as names. Each word stands for its other forms.
"""

from recommender.asking import FUNCTION_TERMS
from recommender.text import tokens

_SAYS_NOTHING = """
    ability able accordingly account achieve across actual add addition address advance
    advantage affect aim allow almost alone along already alternative always amount analyse
    another anything appear apply approach appropriate around aspect associated assume
    assumption author available average avoid away back basic basis become begin behind
    benefit best better beyond big bring broad broader build built candidate capable capture
    carry certain challenge choose clear close combine come common compare comparison
    competitive comprehensive concept conclude conclusion concurrent conduct consequence
    consider consist construct contain contribute conventional correct corresponding create
    crucial deal decrease define demonstrate depend derive describe description desired
    despite determine differ difficult difficulty discover discuss distinct dive diverse
    drawback due earlier early easily easy efficient effort eight either eliminate elsevier
    emerge employ enable encourage end enhance ensure entire equal especially essential
    establish etc even ever every everything exact examine example exceed excellent except
    excised exhibit exist expand expected expensive experiment experimental explain explicit
    exploit explore extend extension extent extra extreme face facilitate fact fail faster
    feasible few final find first five fix focus follow former formulate found four framework
    frequent full fully fundamental furthermore future gain general generic get give given go
    goal good great greater ground growing guide half handle hard help hence higher highest
    hold however huge hundred idea identify illustrate imply improve incorporate increase
    indeed indicate insight inspired instance instead introduce introduction investigate
    involve issue join joint journal keep kind know known lack larger largest last late later
    latest latter lead least leave led left less let leverage lie like little longer look
    lower made main maintain major make manner manual many massive meet member mention method
    methodology minor modern modify moreover motivated move name near necessary need neither
    never nevertheless new newly next nine nor notable note novel now numerous obtain occur
    offer often old one opportunity option original otherwise outperform overall overcome
    overview paper partial past perfect perspective place poor popular position possible
    potential pre present prevent previous primarily primary probably produce promising
    promote proper propose prove proven provide psycinfo put quick quite rapid rather reach
    real realistic recent recognize reduce refer regard relationship release relevant reliable
    rely remain remarkable remove report represent require reserved respect result rethinking
    return reveal review revisited right rise road rooting said satisfy say scheme second see
    seek seem seen separate serve seven severe share shorter show shown side significant
    similar simple simpler simplify simply simultaneously since situation six smaller solve
    sometimes soon specific specify still strict strong stronger study subsequent subset
    substantial sufficient suggest suitable superior support suppose sure systematic tackle
    take taken tale tell ten tend theoretical thereby therefore thing think third thorough
    though thousand three thus today together top toward tradition treat true try two typical
    ultimately unable uncover unfortunately unified unique unknown unlike unprecedented upper
    usual utilize valuable various vary vast verify version wait want way well whether whole
    wide wider widespread wise worse worst worth year yes yet yield zero
"""
_SAYS_LITTLE = """
    action algorithm analysis answer application architecture area base behavior call case cause
    central chain change characteristic choice class code collection communication complete
    complexity component compute condition constant context control copyright cost creation
    critical current data dataset deep degree design detail detection development direction
    display distribution drive dynamic effect element error estimate evaluation event
    expression factor fast feature field flow form formal free frequency function gap
    generation global group growth hand high human hypothesis impact implementation importance
    independent individual inference influence information inherent initial input integrate
    interest item key knowledge language large learning length level library light likelihood
    limit line list local long low machine margin match matrices mean measure mechanism metric
    mind minimal model module multiple nature network neural normal number object observation
    open operation optimal order ordinary output parameter part particular pattern performance phase
    plan play point power practice prediction principle prior problem procedure process
    product program progress proof property public purpose quality quantity query question
    range rank rate recognition record region relation representation research resource
    response rich robust role rule run sample scale scenario scope score search section
    selection sense sequence series set shape short single size small solution source space
    special speed stage standard start state statement step strategy strength structure style
    subject success survey system table target task team technique technology term test text
    theory time token tool topic total track trade training transfer transform treatment trend
    turn type understanding unit user validation value variable variant variation variety
    vector view window word work
"""

EMPTY_TERMS = frozenset(tokens(_SAYS_NOTHING)) | FUNCTION_TERMS
"""Terms that are part of no topic."""

GENERAL_TERMS = frozenset(tokens(_SAYS_LITTLE)) - EMPTY_TERMS
"""Terms that are none by themselves, but may be part of one: "data types", "machine learning"."""
