"""German, French and Spanish command words as the English ones the tools listen for.

One dictionary per language, word by word; names and values pass through untouched. A language is
added by adding a dictionary.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.tokens import Token, forms_of


def _read(text: str) -> dict[str, str]:
    """`word word = meaning` lines as a dictionary."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.strip().splitlines())):
        words, meaning = line.split("=")
        found |= dict.fromkeys(words.split(), meaning.strip())
    return found


_GERMAN: Final = _read(
    """
    trainiere trainier trainieren trainiert lerne lernen = train
    baue bau erstelle erstell erzeuge erstellen bauen = build
    modell modells = model
    modelle modellen = models
    ein eine einen einem einer eines = a
    der die das den dem des = the
    für fuer = for
    auf = on
    mit = with
    ohne = without
    außer ausser = except
    und = and
    dann danach anschließend anschliessend = then
    sage vorhersagen vorhersage prognostiziere schätze schaetze = predict
    vorher voraus mal bitte doch einmal = please
    lösche loesche entferne löschen entfernen lösch = delete
    streiche verwirf wirf = drop
    spalte = column
    spalten = columns
    zeile = row
    zeilen reihen = rows
    zeig zeige zeigen anzeigen = show
    mir uns = me
    erste ersten erster = first
    letzte letzten = last
    daten = data
    datensatz datei = dataset
    datensätze datensaetze dateien = datasets
    was = what
    welche welches welcher welchen = which
    wie = how
    viele = many
    ist = is
    sind = are
    haben habe = have
    wir = we
    ich = i
    in im = in
    bereinige bereinigen säubere saeubere putze reinige = clean
    fülle fuelle auffüllen fülle = fill
    fehlende fehlenden leere = missing
    werte = values
    lücken luecken = gaps
    duplikate dubletten doppelte = duplicates
    ausreißer ausreisser = outliers
    behalte = keep
    nur = only
    rückgängig rueckgaengig = undo
    mache mach = make
    zurück zurueck = back
    erkläre erklaere erklär = explain
    bewerte evaluiere = evaluate
    vergleiche vergleich = compare
    gut genau = good
    veröffentliche ausrollen bereitstelle deploye deployen stelle = deploy
    produktion produktiv = production
    bereit = please
    überwache ueberwache überwachen = monitor
    stündlich stuendlich = hourly
    täglich taeglich = daily
    jede jeden jedes alle = every
    stunde stunden = hour
    tag tage = day
    minuten minute = minutes
    sekunden = seconds
    stoppe stopp beende anhalten halte = stop
    training = training
    nicht = not
    nichts kein keine keinen = nothing
    trainieren = train
    lade herunter herunterladen = download
    als = as
    nach = by
    pro je = per
    hier = here
    diese dieser dieses diesen diesem = this
    es = it
    zusammenfassung fasse = summary
    zusammen = please
    beschreibe = describe
    durchschnitt mittelwert durchschnittliche = average
    summe = sum
    anzahl = number
    histogramm = histogram
    gegen = against
    stumm stummschalten = mute
    alarm warnung = alert
    bis = until
    morgen = tomorrow
    hallo moin servus = hello
    hilfe = help
    doppelten = duplicates
    wald = forest
    danke = thanks
    merke = remember
    dir = that
    vergiss = forget
    verlauf = history
    passiert = happened
    gestern = yesterday
    wichtig wichtigsten = important
    merkmale = features
    prüfe pruefe = check
    """
)
_FRENCH: Final = _read(
    """
    entraîne entraine entraînez entrainez entraîner entrainer apprends = train
    construis crée cree créer construire = build
    modèle modele = model
    modèles modeles = models
    un une = a
    le la les l des du = the
    pour = for
    sur = on
    avec = with
    sans = without
    sauf excepté = except
    et = and
    puis ensuite après = then
    prédire predire prédis predis prédit estime prévois prévoir = predict
    supprime supprimer supprimez enlève enleve retire efface effacer = delete
    colonne = column
    colonnes = columns
    ligne = row
    lignes = rows
    montre montrer montrez affiche afficher = show
    moi nous = me
    premières premieres premiers première premier = first
    dernières derniers = last
    données donnees = data
    fichier jeu = dataset
    fichiers = datasets
    que qu quoi quelles = what
    quel quels quelle = which
    comment = how
    combien = many
    est = is
    sont = are
    avons = have
    en dans = in
    nettoie nettoyer nettoyez = clean
    remplis remplir remplace = fill
    manquantes manquants manquante vides = missing
    valeurs = values
    doublons = duplicates
    aberrantes = outliers
    garde conserve = keep
    seulement uniquement = only
    annule annuler annulez défais = undo
    reviens revenir = back
    explique expliquer = explain
    évalue evalue évaluer = evaluate
    compare comparer = compare
    déploie deploie déployer deployer déployez = deploy
    production = production
    surveille surveiller surveillez = monitor
    chaque toutes tous = every
    heure heures = hour
    jour jours = day
    minutes = minutes
    secondes = seconds
    arrête arrete arrêter stoppe = stop
    entraînement entrainement = training
    pas = not
    rien = nothing
    ne n = please
    télécharge telecharge télécharger = download
    comme = as
    par = by
    ici = here
    ce cette ces cet = this
    forêt foret = forest
    aléatoire aleatoire = random
    y-a-t-il = is
    résume resume résumer = summarise
    résumé = summary
    décris decris = describe
    moyenne = average
    somme = sum
    nombre = number
    histogramme = histogram
    contre = against
    jusqu = until
    à au aux = to
    demain = tomorrow
    alerte = alert
    bonjour salut = hello
    aide = help
    merci = thanks
    retiens = remember
    oublie = forget
    historique = history
    hier = yesterday
    importantes = important
    vérifie verifie = check
    dérive derive = drift
    s'il te plaît plait vous = please
    """
)
_SPANISH: Final = _read(
    """
    entrena entrenar entrene aprende = train
    construye crea crear haz = build
    modelo = model
    modelos = models
    un una = a
    el la los las = the
    para = for
    sobre = on
    con = with
    sin = without
    excepto salvo = except
    y = and
    luego después despues entonces = then
    predice predecir predecí estima pronostica = predict
    elimina eliminar borra borrar quita quitar = delete
    columna = column
    columnas = columns
    fila = row
    filas = rows
    muestra mostrar muéstrame muestrame enseña ensename = show
    primeras primeros primera primer = first
    últimas ultimas últimos = last
    datos = data
    archivo conjunto fichero = dataset
    archivos = datasets
    qué que = what
    cuál cual cuáles cuales = which
    cómo como = how
    cuántos cuantos cuántas cuantas = many
    es está = is
    son = are
    hay = is
    tenemos = have
    este esta estos estas esto eso = this
    en = in
    limpia limpiar = clean
    rellena rellenar llena = fill
    faltantes vacíos nulos = missing
    valores = values
    duplicados = duplicates
    atípicos atipicos = outliers
    conserva mantén = keep
    solo sólo = only
    deshaz deshacer = undo
    explica explicar = explain
    evalúa evalua evaluar = evaluate
    compara comparar = compare
    despliega desplegar publica = deploy
    producción produccion = production
    vigila monitorea monitoriza supervisa = monitor
    cada = every
    hora horas = hour
    día dia días dias = day
    minutos = minutes
    segundos = seconds
    detén deten para parar = stop
    entrenamiento = training
    no = not
    nada = nothing
    descarga descargar = download
    por = by
    aquí aqui = here
    bosque = forest
    aleatorio = random
    duplicadas = duplicates
    resume resumen = summary
    describe = describe
    promedio media = average
    suma = sum
    número = number
    histograma = histogram
    contra = against
    hasta = until
    mañana = tomorrow
    alerta = alert
    hola = hello
    ayuda = help
    gracias = thanks
    recuerda = remember
    olvida = forget
    historial = history
    ayer = yesterday
    importantes = important
    favor = please
    del de = of
    al a = to
    me nos = me
    """
)
LANGUAGES: Final = {"de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}
_SHARED: Final = words(
    """
    a in was on me die me training production minutes minute no train compare describe resume
    derive alarm mode es son para hay so alle mal l n s que en sur y et pour as den bis plait sale
    quit i
    """
)


def in_english(
    tokens: Sequence[Token], english: Collection[str], names: Collection[str]
) -> list[Token]:
    """The tokens with another language's command words put into English.

    Args:
        tokens: The message.
        english: Words that are English for sure.
        names: Words of names and values in scope, which stay as they are.
    """
    best, score = "", 0
    for code, lexicon in LANGUAGES.items():
        marked = [t for t in tokens if t.word in lexicon]
        own = sum(
            1
            for t in marked
            if t.word not in _SHARED and not (t.word in english and lexicon[t.word] != t.word)
        )
        if own and own * 100 + len(marked) > score:
            best, score = code, own * 100 + len(marked)
    if not best or _english_words(tokens, english, LANGUAGES[best]) > score // 100 + score % 100:
        return list(tokens)
    return [_translated(token, LANGUAGES[best], names) for token in tokens]


def _english_words(tokens: Sequence[Token], english: Collection[str], words: dict[str, str]) -> int:
    return sum(
        1
        for t in tokens
        if t.kind == "word" and t.word not in words and forms_of(t.word) & set(english)
    )


def _translated(token: Token, words: dict[str, str], names: Collection[str]) -> Token:
    if token.kind != "word" or token.word in names or token.word not in words:
        return token
    return token.corrected(words[token.word])
