"""What pages say around a text, in the languages of the newsrooms that are read: one pattern a line and language.

Each is matched against the words of a whole block.
"""

import re


def any_of(written: str) -> str:
    """Give one pattern for all that the lines of a text are."""
    return "|".join(line.strip() for line in written.strip().splitlines())


_ARTICLE_EN = r"(?:content|article|page|story|post|information|report)"
_ARTICLE_ES = r"(?:contenido|art[íi]culo|nota|informaci[óo]n|p[áa]gina|reportaje)"

_WAS = r"(?:result[óo]|ha resultado|fue|ha sido|es|pareci[óo])"
_SEND = r"(?:click|let us|tell us|send|write|share|join|comment)"
_ENVIAR = r"(?:cu[ée]nta|d[ée]ja|env[íi]a|escr[íi]be|haz clic)"

_RELATED = any_of(r"""
    related (?:content|articles?|stories|posts?|coverage|reading|news)
    you (?:may|might) (?:also )?(?:like|be interested in).{0,30}
    more (?:on this|like this|stories like this).{0,30}
    read next|up next|keep reading|recommended(?: for you| stories| reading| articles)?
    (?:art[íi]culos?|notas?|noticias|contenidos?|lecturas?) relacionad[oa]s?
    (?:tambi[ée]n )?te (?:puede|podr[íi]a) interesar
    (?:conte[úu]dos?|artigos?|mat[ée]rias|not[íi]cias|leituras?) relacionad[oa]s?
    (?:leia|veja) (?:mais|tamb[ée]m)|voc[êe] pode gostar.{0,30}
    (?:articles?|contenus?) (?:li[ée]s|similaires|associ[ée]s|connexes)|à lire aussi|sur le m[êe]me sujet
    (?:verwandte|[äa]hnliche) (?:artikel|themen|beitr[äa]ge)|mehr zum thema|das k[öo]nnte sie auch interessieren
    (?:articoli|notizie) correlat[ei]
""")
RELATED = re.compile(rf"\W*(?:{_RELATED})\W*", re.IGNORECASE)
"""The heading of a list of articles that have to do with this one."""

_OTHERS = any_of(r"""
    (?:more|latest|recent) (?:from|on|in|about|news|stories|articles|posts|headlines).{0,60}
    most (?:read|popular|viewed|shared).{0,30}|(?:top|trending) (?:stories|news|articles)
    (?:related )?topics|editors?['’]?s? picks?
    lo m[áa]s (?:le[íi]do|visto)|m[áa]s (?:noticias|le[íi]d[oa]s|sobre .{1,60})|[úu]ltimas noticias|temas relacionados
    recomendad[oa]s|(?:as )?mais lidas|[úu]ltimas not[íi]cias
    les plus lus|derni[èe]res nouvelles|meistgelesen|aktuelle artikel
""")
OTHERS = re.compile(rf"\W*(?:{_OTHERS})\W*", re.IGNORECASE)
"""The heading of a list of any other articles; a part of a text may be called so too."""

_END = any_of(rf"""
    (?:was|is|did you find) this {_ARTICLE_EN}\b.{{0,40}}(?:helpful|useful)
    ¿?(?:(?:te|le|les|os) )?{_WAS} (?:est[ea] |el |la )?{_ARTICLE_ES}\b.{{0,20}}[úu]til\b.{{0,20}}
    ¿?(?:(?:te|le|les|os) )?{_WAS} [úu]til\b.{{0,12}}{_ARTICLE_ES}.{{0,20}}
    ¿?est[ea] {_ARTICLE_ES} (?:te |le )?{_WAS} [úu]til.{{0,20}}
    (?:este|esta) (?:conte[úu]do|artigo|p[áa]gina|mat[ée]ria) foi [úu]til.{{0,20}}
    cet article vous a-t-il .{{0,40}}
    what are your thoughts\W{{1,5}}(?:{_SEND}\b.{{0,120}})?|what do you think\W{{1,5}}{_SEND}\b.{{0,120}}
    (?:click here to )?send (?:us )?.{{0,60}}(?:your comments|feedback)
    ¿?qu[ée] (?:opinas|opina|piensas|piensa|te parece)\W{{1,5}}{_ENVIAR}\w*\b.{{0,120}}
    (?:cu[ée]ntanos|d[ée]janos) tus? (?:opini[óo]n|comentarios?).{{0,60}}
    o que (?:voc[êe] acha|achou)\W{{1,5}}(?:envie|escreva|comente|deixe|clique)\b.{{0,100}}
    qu['’]en pensez-vous\W{{1,5}}(?:[ée]crivez|envoyez|cliquez|dites)\b.{{0,100}}
    (?:leave|post|write|add) a (?:comment|reply).{{0,40}}
    (?:\d{{1,6}} )?(?:comments?|comentarios?|coment[áa]rios?|commentaires?|kommentare?)(?: \(?\d{{1,6}}\)?)?
    (?:deja|escribe|d[ée]janos|deje) (?:un|tu|su) comentario.{{0,40}}|comentar este art[íi]culo
    deixe (?:um|o seu) coment[áa]rio.{{0,40}}|(?:laisser|[ée]crire) un commentaire.{{0,40}}
    kommentar (?:verfassen|schreiben)
    share (?:this|icon|on|via)\b.{{0,40}}|partager(?: (?:sur|cet)\b.{{0,40}})?
    compart(?:ir|e|ilhe|ilhar)(?: (?:en|esta?|este|no|na)\b.{{0,40}})?
    (?:©|\(c\)|copyright\b).{{0,60}}(?:19|20)\d{{2}}.{{0,80}}
    (?:.{{0,80}}\W)?(?:all rights|todos (?:los derechos|os direitos)) reserv.{{0,60}}
    (?:.{{0,80}}\W)?(?:tous droits réserv|alle rechte vorbehalten).{{0,60}}
    re(?:publish|print) (?:this|our) {_ARTICLE_EN}s?.{{0,20}}
    republi(?:ca|que) (?:est[ea]|nuestr[oa]s?) {_ARTICLE_ES}s?.{{0,20}}
    about (?:the )?authors?|sobre (?:el|la|los|las|o|a|os|as) autor(?:a|es|as)?
    [àa] propos de l['’]auteure?|[üu]ber (?:den autor|die autorin)
""")
END = re.compile(rf"\W*(?:{_END})\W*", re.IGNORECASE)
"""What follows a text: was it helpful, what do you think, share it, comments, whose it is, who wrote it."""

_TERMS = r"creative commons|non-?commercial|no comercial(?:es)?|n[ãa]o comercia(?:l|is)|non commercia(?:le?s?|ux)"
_ASKED = any_of(r"""
    we (?:encourage|invite|allow)|you (?:may|can|are (?:free|welcome))|feel free|readers (?:may|can|are)
    (?:our|this) (?:work|text|article|story)
    (?:is|are) licensed|republish (?:our|this)|invitamos|alentamos|animamos|(?:puede|pueden|puedes)\b
    nuestro (?:trabajo|contenido)|est[ea] (?:obra|art[íi]culo|texto)
    incentivamos|convidamos|podem|voc[êe] pode|nosso (?:trabalho|conte[úu]do)|nous (?:encourageons|invitons)
    vous pouvez|(?:nos|ce|cet) (?:textes?|articles?)
""")
_COPYING = any_of(r"""
    cop(?:y|ies|i[ée]s?|iar|ier)|distribu\w+|republi\w+|republicar|repro\w+|reus\w+|reutili[zs]\w+|shar(?:e|ing)
    compart\w+
    attribution|atribuci[óo]n|atribui[çc][ãa]o|byline|licen[cs]\w*|lizen[zs]\w*
""")
REUSE = re.compile(
    rf"(?=.{{0,600}}\b(?:{_TERMS}))(?=.{{0,600}}\b(?:{_ASKED}))(?:.{{0,600}})\b(?:{_COPYING})\b",
    re.IGNORECASE | re.DOTALL,
)
"""Under what terms the text may be copied."""

_GIVE = any_of(r"""
    donate(?: now| today| here)?|support (?:us|our (?:work|journalism))(?: .{0,60})?
    become a (?:member|supporter|patron)
    subscribe(?: now| today| here| to .{0,60})?|sign up(?: now| here| for .{0,80})?
    don(?:a|ar|e)(?: ahora| aqu[íi])?|ap[óo]yanos|haz(?:te| una) (?:donaci[óo]n|soci[oa]|miembro)
    reg[íi]strate(?: .{0,60})?|suscr[íi]b(?:ete|ase)(?: .{0,60})?
    doe(?: agora)?|apoie(?:-nos)?|assine(?: .{0,60})?|faites un don|soutenez-nous|abonnez-vous(?: .{0,60})?|s['’]abonner
    jetzt (?:spenden|unterst[üu]tzen|abonnieren)|spenden|abonnieren
""")
GIVE = re.compile(rf"\W*(?:{_GIVE})\W*", re.IGNORECASE)
"""The button of an appeal."""

_BOX = any_of(r"""
    (?:log|sign) in to .{0,60}
    this (?:article|story|content) is (?:only )?for (?:subscribers|members).{0,40}
    (?:read|learn|see|show|load) more|advertisement|sponsored|publicidade?|publicit[ée]|anzeige|werbung
    (?:inicia|iniciar) sesi[óo]n para .{0,60}|para seguir leyendo.{0,60}
    (?:jetzt )?weiterlesen
    shares?|print|e-?mail|tweet|facebook|twitter|whatsapp|telegram|linkedin|copy link|copiar (?:enlace|link)|imprimir
    share(?:\W+(?:share|icon|facebook|twitter|x|e-?mail|whatsapp|print|linkedin|copy link)){1,12}
    loading\.*|skip (?:to|past) .{0,60}|image source|view (?:image|gallery|full size image)|ver galer[íi]a
    enlarge this image|scroll (?:down|to) .{0,40}|back to top|volver arriba
""")
BOX = re.compile(rf"\W*(?:{_GIVE}|{_BOX})\W*", re.IGNORECASE)
"""A button or a label."""

_ASKS = any_of(r"""
    consider (?:making a donation|becoming a (?:member|supporter))|make a (?:donation|contribution) (?:today|now|to us)
    support our (?:work|journalism|reporting)|support independent (?:journalism|reporting)
    become a (?:member|supporter|patron) (?:today|now|of our)|sign up (?:for|to) our|subscribe to our
    haz una donaci[óo]n|ap[óo]yanos
    apoya (?:el|nuestro) (?:periodismo|trabajo)|suscr[íi]bete a|hazte (?:soci[oa]|miembro)
    cancela cuando quieras
    fa[çc]a uma doa[çc][ãa]o|apoie (?:o|nosso) (?:jornalismo|trabalho)|assine (?:a|nossa) newsletter
    faites un don|soutenez (?:notre|un) (?:travail|journalisme)|abonnez-vous [àa]
    jetzt unterst[üu]tzen|unterst[üu]tzen sie uns(?:ere)?
""")
ASKS = re.compile(rf"(?!.*[\"“”«»„])(?:.*\W)?(?:{_ASKS})\b", re.IGNORECASE | re.DOTALL)
"""An appeal: to give, to subscribe. With quotation marks in it, it is somebody else's, and the text tells of it."""

MENU = re.compile(r"(?:[^|]{1,30}\|){3,30}[^|]{1,30}")
"""A menu in one line."""
